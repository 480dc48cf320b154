#pragma once

#include <string>
#include <vector>

namespace hwnas {

/// Round figures (1, 2 or 5 times a power of ten apart) inside [least, most],
/// about `wanted` of them. `least` must be under `most`.
[[nodiscard]] std::vector<double> nice_ticks(double least, double most, int wanted);

/// Each tick with as many decimals as their distance takes: 0.5, 1.0, 1.5.
[[nodiscard]] std::vector<std::string> tick_labels(const std::vector<double>& ticks);

}  // namespace hwnas
