#pragma once

#include <cstdint>
#include <string>

#include "core/json_reader.h"

namespace hwnas {

enum class OptimizerKind { sgd, adam, rmsprop };
enum class ScheduleKind { cosine, constant, step, one_cycle };

/// How a network is trained. `docs/protocols.md` explains each key.
struct Recipe {
    std::int64_t epochs = 1;                  ///< 0 with 0 steps: rate, don't train
    std::int64_t steps = 0;                   ///< 0: as many as the epochs have
    std::int64_t train_images = 0;            ///< 0: all
    std::int64_t validation_images_used = 0;  ///< 0: all
    std::int64_t batch = 64;
    OptimizerKind optimizer = OptimizerKind::sgd;
    double learning_rate = 0.1;
    double momentum = 0.9;
    double weight_decay = 5e-4;
    ScheduleKind schedule = ScheduleKind::cosine;
    double warmup_fraction = 0.1;  ///< of all steps, over which the rate rises from near 0
    double label_smoothing = 0;
    double averaged_fraction = 0;  ///< of all steps, the last ones, after which weights are averaged for the end
    std::int64_t recalibrate_batches = 0;  ///< 0: running statistics stay as the steps left them
    std::int64_t resolution = 0;           ///< height and width; 0: the graph's
    double width_scale = 1;
    bool flip = true;
    bool shift = true;
    std::string compute_device = "cpu";
    std::int64_t threads = 1;
    bool shuffle_labels = false;  ///< a control: nothing can be learned then
    bool rate_test = false;       ///< rate on the test images too, once, at the end

    /// Problems go to the value's document.
    static Recipe read(const JsonValue& value);
};

/// A recipe as JSON in which some things are otherwise. Its length is what the change says:
/// `epochs` there leave the recipe's `steps` out, and the reverse.
[[nodiscard]] Json changed_recipe(Json recipe, const Json& changes);

/// The learning rate of a step (0 the first) out of `steps`:
/// cosine: linear warm-up, then half a cosine to 0 (Loshchilov and Hutter 2017,
/// without restarts); step: a tenth at half and again at three quarters of the
/// way; one-cycle: up from a 25th to the rate over the warm-up (at least 30 % of
/// the way), then down to 0, both as cosines (Smith and Topin 2018).
[[nodiscard]] double learning_rate(const Recipe& recipe, std::int64_t step, std::int64_t steps);

}  // namespace hwnas
