#include "devices/burst_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace hwnas {
namespace {

// Linear between the two nearest of sorted values (type 7 of Hyndman and Fan, 1996).
double quantile(const std::vector<double>& sorted, double fraction) {
    const double position = fraction * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], position - std::floor(position));
}

}  // namespace

void BurstStatistics::add_round(const std::vector<double>& milliseconds) {
    if (milliseconds.empty()) throw RunError("the runner gave no times");
    for (const double time : milliseconds)
        if (!std::isfinite(time) || time <= 0)
            throw RunError("the runner gave " + std::to_string(time) + " ms as the time of a run");
    minima_.push_back(*std::min_element(milliseconds.begin(), milliseconds.end()));
    runs_.insert(runs_.end(), milliseconds.begin(), milliseconds.end());
}

double BurstStatistics::gap_percent() const {
    if (minima_.size() < 2) return std::numeric_limits<double>::infinity();
    auto lowest = minima_;
    std::partial_sort(lowest.begin(), lowest.begin() + 2, lowest.end());
    return 100.0 * (lowest[1] - lowest[0]) / lowest[0];
}

CostRow BurstStatistics::row(bool noisy) const {
    auto sorted = runs_;
    std::sort(sorted.begin(), sorted.end());
    CostRow row;
    row.latency_ms = sorted.front();
    row.latency_median_ms = quantile(sorted, 0.5);
    row.spread_percent = 100.0 * (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / row.latency_median_ms;
    row.round_gap_percent = gap_percent();
    row.rounds = rounds();
    row.runs = static_cast<std::int64_t>(sorted.size());
    row.noisy = noisy;
    return row;
}

}  // namespace hwnas
