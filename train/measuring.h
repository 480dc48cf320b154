#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/weights.h"

namespace hwnas::train {

struct MeasureSettings {
    std::int64_t batch = 1;
    std::int64_t threads = 1;
    std::int64_t warmup_runs = 3;
    std::int64_t least_runs = 10;
    double least_milliseconds = 3;  ///< runs go on until both are reached
    std::string compute_device = "cpu";
};

/// Milliseconds of each run of one burst, in order: random weights and input,
/// evaluation mode, 32-bit floats.
[[nodiscard]] std::vector<double> measure(const Graph& graph, const MeasureSettings& settings);

/// The output of a graph with these weights, in evaluation mode. `input` is
/// {batch, input shape} in row-major order, the output alike. Throws InputError
/// where sizes do not fit.
[[nodiscard]] std::vector<float> run_forward(const Graph& graph, const Weights& weights, std::int64_t batch,
                                             const std::vector<float>& input);

}  // namespace hwnas::train
