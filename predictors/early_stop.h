#pragma once

#include <cstdint>
#include <vector>

#include "core/json_reader.h"

namespace hwnas {

/// When a training is to be given up since its network can't come to anything, and what is then said of its end.
/// By the loss on training images, the mean over an epoch: it is steadier than a validation figure while the learning
/// rate is still high, and tells more of the end (`bench_early_stopping` prints both).
struct EarlyStop {
    struct After {
        std::int64_t epoch = 0;      ///< from 1
        double most_train_loss = 0;  ///< nats; given up where the epoch's is higher
        double slope = 0;            ///< of top1 at the end, percent, by the epoch's loss
        double intercept = 0;        ///< likewise
        double deviation = 0;        ///< of what is said so, percentage points

        [[nodiscard]] double top1_at(double train_loss) const { return intercept + slope * train_loss; }
    };
    std::int64_t epochs = 0;   ///< of a whole training
    double needed_top1 = 0;    ///< percent: a network that costs no more has it
    std::vector<After> after;  ///< ascending; epochs that say nothing are left out
};

/// As a trial's notes keep it.
[[nodiscard]] Json to_json(const EarlyStop& rule);
/// The reverse. Throws Json::exception where `json` is none.
[[nodiscard]] EarlyStop early_stop_from(const Json& json);

}  // namespace hwnas
