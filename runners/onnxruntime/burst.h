#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace hwnas::ort {

struct BurstSettings {
    std::int64_t warmup_runs = 3;
    std::int64_t least_runs = 10;
    double least_milliseconds = 3;
};

struct BurstTimes {
    std::vector<double> milliseconds;  ///< of each run, of all streams one behind the other
    double runs_per_second = 0;        ///< of all streams together, while all of them ran
};

/// Runs each stream in a thread of its own, all at once, until each has had the least
/// runs and the least time. What a stream throws is thrown.
[[nodiscard]] BurstTimes timed_burst(const std::vector<std::function<void()>>& streams, const BurstSettings& settings);

}  // namespace hwnas::ort
