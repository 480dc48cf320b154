#include "predictors/recipe.h"

namespace hwnas {

Recipe read_recipe(const JsonValue& value) {
    Recipe recipe;
    JsonObject object(value);
    recipe.epochs = object.number("epochs", recipe.epochs, {0.001, 1e6});
    recipe.steps = object.integer("steps", recipe.steps, {0, 1e12});
    recipe.train_images = object.integer("train_images", recipe.train_images, {0, 1e12});
    recipe.validation_images = object.integer("validation_images_used", recipe.validation_images, {0, 1e12});
    recipe.batch = object.integer("batch", recipe.batch, {2, 65536});  // batch norm needs two
    recipe.optimizer = object.one_of("optimizer", {"sgd", "adam", "rmsprop"}, recipe.optimizer);
    recipe.learning_rate = object.number("learning_rate", recipe.learning_rate, {0, 1e6});
    recipe.momentum = object.number("momentum", recipe.momentum, {0, 1});
    recipe.weight_decay = object.number("weight_decay", recipe.weight_decay, {0, 1});
    recipe.schedule = object.one_of("schedule", {"cosine", "constant", "step", "one-cycle"}, recipe.schedule);
    recipe.warmup_fraction = object.number("warmup_fraction", recipe.warmup_fraction, {0, 1});
    recipe.label_smoothing = object.number("label_smoothing", recipe.label_smoothing, {0, 0.999});
    recipe.resolution = object.integer("resolution", recipe.resolution, {0, 8192});
    recipe.width_scale = object.number("width_scale", recipe.width_scale, {0.01, 100});
    if (const auto augment = object.optional("augment")) {
        recipe.augment.clear();
        for (const auto& item : augment->items()) recipe.augment.push_back(item.one_of({"flip", "shift"}));
    }
    recipe.compute_device = object.text("compute_device", recipe.compute_device);
    recipe.threads = object.integer("threads", recipe.threads, {1, 1024});
    recipe.shuffle_labels = object.boolean("shuffle_labels", recipe.shuffle_labels);
    recipe.rate_test = object.boolean("rate_test", recipe.rate_test);
    return recipe;
}

}  // namespace hwnas
