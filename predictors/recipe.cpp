#include "predictors/recipe.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hwnas {
namespace {

/// Batches after which statistics change little: a few thousand images.
constexpr std::int64_t usual_recalibration = 64;

/// From 1 at 0 to 0 at 1.
double half_cosine(double share) { return 0.5 * (1 + std::cos(std::numbers::pi * share)); }

}  // namespace

Recipe Recipe::read(const JsonValue& value) {
    JsonObject object(value);
    Recipe recipe;
    recipe.epochs = object.integer("epochs", recipe.epochs, {0, 100000});
    recipe.steps = object.integer("steps", recipe.steps, {0, 1e9});
    recipe.train_images = object.integer("train_images", recipe.train_images, {0, 1e9});
    recipe.validation_images_used = object.integer("validation_images_used", 0, {0, 1e9});
    // One image would leave batch norm without a variance.
    recipe.batch = object.integer("batch", recipe.batch, {2, 65536});
    const std::string optimizer = object.one_of("optimizer", {"sgd", "adam", "rmsprop"}, "sgd");
    recipe.optimizer = optimizer == "adam"      ? OptimizerKind::adam
                       : optimizer == "rmsprop" ? OptimizerKind::rmsprop
                                                : OptimizerKind::sgd;
    recipe.learning_rate = object.number("learning_rate", recipe.learning_rate, {0, 1e6});
    recipe.momentum = object.number("momentum", recipe.momentum, {0, 0.9999});
    recipe.weight_decay = object.number("weight_decay", recipe.weight_decay, {0, 1});
    const std::string schedule = object.one_of("schedule", {"cosine", "constant", "step", "one-cycle"}, "cosine");
    recipe.schedule = schedule == "constant"    ? ScheduleKind::constant
                      : schedule == "step"      ? ScheduleKind::step
                      : schedule == "one-cycle" ? ScheduleKind::one_cycle
                                                : ScheduleKind::cosine;
    recipe.warmup_fraction = object.number("warmup_fraction", recipe.warmup_fraction, {0, 1});
    recipe.label_smoothing = object.number("label_smoothing", recipe.label_smoothing, {0, 0.9});
    recipe.averaged_fraction = object.number("averaged_fraction", recipe.averaged_fraction, {0, 1});
    // The running statistics are those of the weights that were passed by, not of their average.
    recipe.recalibrate_batches =
        object.integer("recalibrate_batches", recipe.averaged_fraction > 0 ? usual_recalibration : 0, {0, 1e6});
    recipe.resolution = object.integer("resolution", recipe.resolution, {0, 4096});
    recipe.width_scale = object.number("width_scale", recipe.width_scale, {0.01, 16});
    if (const auto augment = object.optional("augment")) {
        recipe.flip = recipe.shift = false;
        for (const auto& item : augment->items())
            (item.one_of({"flip", "shift"}) == "flip" ? recipe.flip : recipe.shift) = true;
    }
    recipe.compute_device = object.text("compute_device", recipe.compute_device);
    recipe.threads = object.integer("threads", recipe.threads, {1, 1024});
    recipe.shuffle_labels = object.boolean("shuffle_labels", recipe.shuffle_labels);
    recipe.rate_test = object.boolean("rate_test", recipe.rate_test);
    return recipe;
}

Json changed_recipe(Json recipe, const Json& changes) {
    if (!recipe.is_object() || !changes.is_object()) return recipe;
    for (const auto& [named, other] : {std::pair{"epochs", "steps"}, std::pair{"steps", "epochs"}})
        if (changes.contains(named)) recipe.erase(other);
    recipe.update(changes);
    return recipe;
}

double learning_rate(const Recipe& recipe, std::int64_t step, std::int64_t steps) {
    const double all = static_cast<double>(steps);
    const double done = static_cast<double>(step);
    if (recipe.schedule == ScheduleKind::one_cycle) {
        const double up = std::max(1.0, all * std::max(0.3, std::min(recipe.warmup_fraction, 0.9)));
        const double start = recipe.learning_rate / 25;
        if (done < up) return recipe.learning_rate + (start - recipe.learning_rate) * half_cosine(done / up);
        return recipe.learning_rate * half_cosine((done - up) / std::max(1.0, all - up));
    }
    const double warmup = std::floor(all * recipe.warmup_fraction);
    if (done < warmup) return recipe.learning_rate * (done + 1) / (warmup + 1);
    const double share = (done - warmup) / std::max(1.0, all - warmup);
    if (recipe.schedule == ScheduleKind::cosine) return recipe.learning_rate * half_cosine(share);
    if (recipe.schedule == ScheduleKind::step)
        return recipe.learning_rate * (share < 0.5 ? 1 : share < 0.75 ? 0.1 : 0.01);
    return recipe.learning_rate;
}

}  // namespace hwnas
