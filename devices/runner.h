#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "graph/graph.h"

namespace hwnas {

struct RunSettings {
    std::int64_t batch = 1;
    std::int64_t threads = 1;
    std::string data_type = "float32";
    std::int64_t warmup_runs = 3;
    std::int64_t least_runs = 10;
    double least_milliseconds = 3;  ///< runs go on until both are reached
};

/// Times a graph on one device. A failure of the device is a RunError.
class Runner {
public:
    virtual ~Runner() = default;
    /// Milliseconds of each run of one burst, in order.
    [[nodiscard]] virtual std::vector<double> measure(const Graph& graph, const RunSettings& settings) = 0;
    /// Name and versions of the engine, for a table's context.
    [[nodiscard]] virtual Json context() = 0;
};

}  // namespace hwnas
