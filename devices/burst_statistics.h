#pragma once

#include <vector>

#include "devices/cost_table.h"
#include "devices/runner.h"

namespace hwnas {

/// The bursts of one segment so far, one or more a round.
class BurstStatistics {
public:
    void begin_round();
    /// A burst of the round that was begun last. Throws RunError where its times are none.
    void add(const Burst& burst);

    /// The least run so far, ms; infinite before there is one.
    [[nodiscard]] double least() const;
    [[nodiscard]] std::int64_t rounds() const { return static_cast<std::int64_t>(minima_.size()); }
    /// How far the two lowest rounds' minima are apart, percent of the lower one;
    /// infinite before there are two.
    [[nodiscard]] double gap_percent() const;
    /// How far the rounds' median minimum is above the lowest one, percent of that; infinite before there is one.
    [[nodiscard]] double middle_percent() const;
    /// Half the width of the 95 % confidence interval of the round's median, from its
    /// order statistics, percent of the median; infinite under six runs.
    [[nodiscard]] double interval_percent() const;
    [[nodiscard]] CostRow row(bool noisy) const;

private:
    std::vector<double> minima_;                          // one a round
    std::vector<double> runs_;                            // of all rounds
    std::size_t round_begin_ = 0;                         // first run of the last round
    std::vector<double> throughputs_, energies_, idles_;  // one a burst
    Json details_ = nullptr;                              // of the last burst
};

}  // namespace hwnas
