#include "devices/drift.h"

#include <algorithm>
#include <cmath>

#include "core/statistics.h"

namespace hwnas {
namespace {

constexpr std::size_t most_kept_samples = 200;

}  // namespace

void Drift::add(const Burst& burst) {
    const auto& times = burst.milliseconds;
    samples_.push_back({std::chrono::steady_clock::now(), *std::min_element(times.begin(), times.end())});
}

Json Drift::summary() const {
    std::vector<double> times;
    for (const auto& sample : samples_) times.push_back(sample.milliseconds);
    const auto [lowest, highest] = std::minmax_element(times.begin(), times.end());
    const auto quarter = static_cast<std::ptrdiff_t>((times.size() + 3) / 4);
    const double first = median({times.begin(), times.begin() + quarter}).value();
    const double last = median({times.end() - quarter, times.end()}).value();
    Json samples = Json::array();
    const std::size_t step = (samples_.size() + most_kept_samples - 1) / most_kept_samples;
    for (std::size_t i = 0; i < samples_.size(); i += step) {
        const double seconds = std::chrono::duration<double>(samples_[i].time - samples_.front().time).count();
        samples.push_back({std::round(100 * seconds) / 100, samples_[i].milliseconds});
    }
    return {{"samples", std::move(samples)},
            {"range_percent", 100 * (*highest / *lowest - 1)},
            {"trend_percent", 100 * (last / first - 1)}};
}

}  // namespace hwnas
