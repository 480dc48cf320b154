#pragma once

#include <optional>
#include <vector>

namespace hwnas {

/// The value below which `fraction` of the sorted values lie, linear between the two nearest
/// (type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996). There must be one.
[[nodiscard]] double quantile(const std::vector<double>& sorted, double fraction);

/// Nothing where there are no values.
[[nodiscard]] std::optional<double> median(std::vector<double> values);

}  // namespace hwnas
