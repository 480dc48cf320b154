#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace hwnas::train {

struct SpeedSettings {
    std::int64_t batch = 128;
    std::int64_t threads = 1;
    std::int64_t warmup_steps = 2;
    double least_seconds = 1;  ///< steps go on until it is reached
    bool plain = false;        ///< by `PlainNetwork` instead of `Network`
};

struct TrainingSpeed {
    std::vector<double> seconds;  ///< of each step, in order
    std::vector<double> losses;   ///< of each step, those of the warm-up first; nats
};

/// Whole training steps (forward, backward, the optimiser's) of one network on made images that are
/// in memory: cross-entropy, gradient descent with momentum 0.9 at a rate that rises from 0, and no weight decay.
/// Weights and images depend on nothing but the graph, so that two ways of computing can be compared by their losses.
[[nodiscard]] TrainingSpeed training_speed(const Graph& graph, const SpeedSettings& settings);

/// What this processor multiplies and adds at most, FLOP per second of one thread: the best of some
/// products of large square matrices by each of the libraries that LibTorch comes with.
[[nodiscard]] double peak_flops(double least_seconds);

}  // namespace hwnas::train
