#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "search/pareto_front.h"

namespace hwnas {

/// The best `count` of some points (all, where there are fewer), the best first, by index. Fronts
/// come one after the other (non-dominated sorting: Deb et al., IEEE TEVC 2002, section III-A).
/// Inside a front an epsilon-net goes over it: the least on the first axis, then always the
/// point farthest from those before it (Schmucker et al., arXiv 2106.12639), with
/// each axis scaled to the extent of all points. Of equal points the one with the smaller index comes first. All
/// have as many axes.
[[nodiscard]] std::vector<std::size_t> front_order(std::span<const Point> points, std::size_t count);

}  // namespace hwnas
