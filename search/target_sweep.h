#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "search/reward.h"
#include "space/feasible_set.h"

namespace hwnas {

/// The least and the greatest of a known figure that were found inside the
/// feasible set: the ends of a sample, each improved by single changes until none
/// helps. Exact for figures in which the choices don't interact, near it for others.
struct Reach {
    double least = 0;
    double most = 0;
    Encoding least_at = {};
    Encoding most_at = {};
};
[[nodiscard]] Reach reach_of(const std::function<double(const Encoding&)>& figure, const FeasibleSet& feasible,
                             std::uint64_t seed);

/// `count` targets that cut a range into as many parts, of equal ratio (of equal
/// length where the range does not lie above zero). The last is the range's end.
[[nodiscard]] std::vector<double> spaced_targets(const Reach& reach, std::size_t count);

}  // namespace hwnas
