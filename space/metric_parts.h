#pragma once

#include <optional>
#include <vector>

#include "space/compiled_metric.h"
#include "space/figure_part.h"

namespace hwnas {

/// A metric that is a sum, as parts: one a stage, over its own choices and those earlier ones that decide in what
/// state it is entered. With the metric's constant they add up to its value, and are infinite where an encoding breaks
/// a constraint. Nothing where a stage depends on more than 2^20 combinations. Throws std::invalid_argument for a
/// maximum.
[[nodiscard]] std::optional<std::vector<FigurePart>> metric_parts(const CompiledSpace& space,
                                                                  const CompiledMetric& metric);

}  // namespace hwnas
