#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hwnas {

/// Extents of a tensor without its batch dimension: {channels, height, width}
/// for a feature map, {features} for a vector.
using Shape = std::vector<std::int64_t>;

[[nodiscard]] std::int64_t element_count(const Shape& shape);
/// `16x14x14`
[[nodiscard]] std::string to_string(const Shape& shape);

}  // namespace hwnas
