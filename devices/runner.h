#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "graph/graph.h"

namespace hwnas {

struct RunSettings {
    std::int64_t batch = 1;
    std::int64_t threads = 1;
    std::string data_type = "float32";
    std::int64_t streams = 1;  ///< copies of the network that run at once
    std::int64_t warmup_runs = 3;
    std::int64_t least_runs = 10;
    double least_milliseconds = 3;  ///< runs go on until both are reached
    Json engine = Json::object();   ///< the runner's own settings
};

/// One burst of runs.
struct Burst {
    std::vector<double> milliseconds;  ///< of each run of the whole batch, in order; at least one
    /// Images a second that all streams together got through.
    std::optional<double> throughput;
    /// Energy of one run, where the runner meters it itself: without idle power where
    /// that was measured, which is then `idle_millijoules` for the time of one run.
    std::optional<double> millijoules;
    std::optional<double> idle_millijoules;
    Json details = nullptr;  ///< what else the runner tells: a model's utilisation, a timer's resolution
};

/// Times a graph on one device.
class Runner {
public:
    virtual ~Runner() = default;
    /// Throws UnsupportedError, with the reason, where the device has no way to run
    /// this graph, another RunError where it failed.
    [[nodiscard]] virtual Burst measure(const Graph& graph, const RunSettings& settings) = 0;
    /// Name and versions of the engine, for a table's context: `{"engine", "version", ...}`.
    [[nodiscard]] virtual Json context() = 0;
    /// A new process of the engine from here on, where it has one: what two of them
    /// measure apart is what a device can't tell apart.
    virtual void restart() {}
};

}  // namespace hwnas
