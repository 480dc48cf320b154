#include "report/ticks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hwnas {

std::vector<double> nice_ticks(double least, double most, int wanted) {
    const double extent = most - least;
    const double power = std::pow(10, std::floor(std::log10(extent / std::max(1, wanted))));
    double step = power;
    for (const double factor : {2.0, 5.0, 10.0})
        if (std::abs(extent / (factor * power) - wanted) < std::abs(extent / step - wanted)) step = factor * power;
    std::vector<double> ticks;
    // Counted in whole steps, so that errors don't add up and zero is zero.
    const double first = std::ceil(least / step - 1e-9);
    const double last = std::floor(most / step + 1e-9);
    const auto count = static_cast<int>(last - first) + 1;
    for (int i = 0; i < count; ++i) {
        const double steps = first + i;
        ticks.push_back(steps == 0 ? 0.0 : steps * step);
    }
    return ticks;
}

std::vector<std::string> tick_labels(const std::vector<double>& ticks) {
    double step = 1;
    if (ticks.size() > 1)
        step = ticks[1] - ticks[0];
    else if (!ticks.empty() && ticks[0] != 0)
        step = std::abs(ticks[0]);
    const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 12);
    std::vector<std::string> labels;
    for (const double tick : ticks) {
        std::array<char, 400> buffer{};
        std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, tick);
        labels.emplace_back(buffer.data());
    }
    return labels;
}

}  // namespace hwnas
