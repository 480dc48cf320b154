#pragma once

#include <span>
#include <vector>

#include "search/pareto_front.h"

namespace hwnas {

/// Where points may lie that a front does not have: strictly below one of these on every axis, and nowhere else within
/// the box (local upper bounds: Klamroth, Lacour and Vanderpooten, "On the representation of the search region in
/// multi-objective optimization", EJOR 2015). `front` must lie strictly within the box, and none of it dominate
/// another.
[[nodiscard]] std::vector<Point> front_corners(std::span<const Point> front, const Point& box);

}  // namespace hwnas
