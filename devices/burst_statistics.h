#pragma once

#include <vector>

#include "devices/cost_table.h"

namespace hwnas {

/// The bursts of one segment so far, one a round.
class BurstStatistics {
public:
    /// Milliseconds of each run; throws RunError where they are no times.
    void add_round(const std::vector<double>& milliseconds);

    [[nodiscard]] std::int64_t rounds() const { return static_cast<std::int64_t>(minima_.size()); }
    /// How far the two lowest rounds' minima are apart, percent of the lower one;
    /// infinite before there are two.
    [[nodiscard]] double gap_percent() const;
    [[nodiscard]] CostRow row(bool noisy) const;

private:
    std::vector<double> minima_;
    std::vector<double> runs_;
};

}  // namespace hwnas
