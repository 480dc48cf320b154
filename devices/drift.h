#pragma once

#include <chrono>
#include <vector>

#include "devices/runner.h"

namespace hwnas {

/// How a machine's speed changed while it was measured: one segment timed again and again.
class Drift {
public:
    void add(const Burst& burst);
    [[nodiscard]] std::size_t count() const { return samples_.size(); }
    /// `{"samples": [[seconds since the first, least run in ms], ...], "range_percent": from the
    /// lowest to the highest, "trend_percent": the last quarter's median over the first's}`
    [[nodiscard]] Json summary() const;

private:
    struct Sample {
        std::chrono::steady_clock::time_point time;
        double milliseconds = 0;
    };
    std::vector<Sample> samples_;
};

}  // namespace hwnas
