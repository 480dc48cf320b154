#include "search/front_order.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace hwnas {
namespace {

using Indices = std::vector<std::size_t>;

/// Fronts, the best first; each in the lexicographic order of its points.
std::vector<Indices> fronts_of(std::span<const Point> points) {
    Indices order(points.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return points[a] != points[b] ? points[a] < points[b] : a < b; });
    // What dominates a point comes before it, so its front is the first one that has nothing of the kind
    // (Zhang et al., "An efficient approach to nondominated sorting", IEEE TEVC 2015).
    std::vector<Indices> fronts;
    for (const auto index : order) {
        const auto beats = [&](const Indices& front) {
            return std::any_of(front.rbegin(), front.rend(),
                               [&](std::size_t other) { return dominates(points[other], points[index]); });
        };
        const auto front = std::partition_point(fronts.begin(), fronts.end(), beats);
        if (front == fronts.end())
            fronts.push_back({index});
        else
            front->push_back(index);
    }
    return fronts;
}

Point extents_of(std::span<const Point> points) {
    Point extents;
    for (std::size_t axis = 0; axis < points.front().size(); ++axis) {
        const auto [least, most] = std::minmax_element(
            points.begin(), points.end(), [axis](const Point& a, const Point& b) { return a[axis] < b[axis]; });
        extents.push_back((*most)[axis] - (*least)[axis]);
    }
    return extents;
}

/// Squared, in extents.
double distance(const Point& a, const Point& b, const Point& extents) {
    double sum = 0;
    for (std::size_t axis = 0; axis < a.size(); ++axis)
        if (extents[axis] > 0) {
            const double apart = (a[axis] - b[axis]) / extents[axis];
            sum += apart * apart;
        }
    return sum;
}

}  // namespace

std::vector<std::size_t> front_order(std::span<const Point> points, std::size_t count) {
    count = std::min(count, points.size());
    Indices ordered;
    if (count == 0) return ordered;
    const Point extents = extents_of(points);
    for (const auto& front : fronts_of(points)) {
        std::vector<double> nearest(front.size(), std::numeric_limits<double>::infinity());
        constexpr double taken = -1;
        std::size_t next = 0;
        for (std::size_t picked = 0; picked < front.size() && ordered.size() < count; ++picked) {
            ordered.push_back(front[next]);
            nearest[next] = taken;
            for (std::size_t i = 0; i < front.size(); ++i)
                if (nearest[i] >= 0)
                    nearest[i] = std::min(nearest[i], distance(points[front[i]], points[ordered.back()], extents));
            next = static_cast<std::size_t>(std::max_element(nearest.begin(), nearest.end()) - nearest.begin());
        }
        if (ordered.size() == count) break;
    }
    return ordered;
}

}  // namespace hwnas
