#include "devices/burst_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/statistics.h"

namespace hwnas {
void BurstStatistics::begin_round() {
    minima_.push_back(std::numeric_limits<double>::infinity());
    round_begin_ = runs_.size();
}

void BurstStatistics::add(const Burst& burst) {
    const auto& times = burst.milliseconds;
    if (times.empty()) throw RunError("the runner gave no times");
    for (const double time : times)
        if (!std::isfinite(time) || time <= 0)
            throw RunError("the runner gave " + std::to_string(time) + " ms as the time of a run");
    minima_.back() = std::min(minima_.back(), *std::min_element(times.begin(), times.end()));
    runs_.insert(runs_.end(), times.begin(), times.end());
    if (burst.throughput) throughputs_.push_back(*burst.throughput);
    if (burst.millijoules) energies_.push_back(*burst.millijoules);
    if (burst.idle_millijoules) idles_.push_back(*burst.idle_millijoules);
    details_ = burst.details;
}

double BurstStatistics::least() const {
    return minima_.empty() ? std::numeric_limits<double>::infinity()
                           : *std::min_element(minima_.begin(), minima_.end());
}

double BurstStatistics::interval_percent() const {
    std::vector<double> sorted(runs_.begin() + static_cast<std::ptrdiff_t>(round_begin_), runs_.end());
    // The ranks between which the median lies with 95 %, by the normal approximation of
    // the binomial distribution (Conover, Practical Nonparametric Statistics, 3.2).
    const auto count = static_cast<double>(sorted.size());
    const double half = 0.98 * std::sqrt(count);
    const auto below = static_cast<std::ptrdiff_t>(std::floor(count / 2 - half));
    const auto above = static_cast<std::ptrdiff_t>(std::ceil(count / 2 + half));
    if (below < 0 || above >= static_cast<std::ptrdiff_t>(sorted.size()))
        return std::numeric_limits<double>::infinity();
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&](std::ptrdiff_t i) { return sorted[static_cast<std::size_t>(i)]; };
    return 50.0 * (at(above) - at(below)) / quantile(sorted, 0.5);
}

double BurstStatistics::gap_percent() const {
    if (minima_.size() < 2) return std::numeric_limits<double>::infinity();
    auto lowest = minima_;
    std::partial_sort(lowest.begin(), lowest.begin() + 2, lowest.end());
    return 100.0 * (lowest[1] - lowest[0]) / lowest[0];
}

double BurstStatistics::middle_percent() const {
    const auto middle = median(minima_);
    return middle ? 100.0 * (*middle / least() - 1) : std::numeric_limits<double>::infinity();
}

CostRow BurstStatistics::row(bool noisy) const {
    auto sorted = runs_;
    std::sort(sorted.begin(), sorted.end());
    CostRow row;
    row.latency_ms = sorted.front();
    row.latency_median_ms = quantile(sorted, 0.5);
    row.lower_quartile_ms = quantile(sorted, 0.25);
    row.upper_quartile_ms = quantile(sorted, 0.75);
    row.round_gap_percent = minima_.size() < 2 ? 0 : gap_percent();
    row.rounds_ms = minima_;
    row.runs = static_cast<std::int64_t>(sorted.size());
    row.noisy = noisy;
    // Of disturbed bursts the best is nearest to what the device can do.
    if (!throughputs_.empty()) row.throughput = *std::max_element(throughputs_.begin(), throughputs_.end());
    row.energy_mj = median(energies_);
    row.idle_mj = median(idles_);
    row.details = details_;
    return row;
}

}  // namespace hwnas
