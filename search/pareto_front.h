#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search/objective.h"

namespace hwnas {

/// A point of objective space in which less is better on every axis.
using Point = std::vector<double>;

/// Whether `a` is no worse anywhere and better somewhere. The two have as many axes.
[[nodiscard]] bool dominates(std::span<const double> a, std::span<const double> b);

/// The points that none dominates, kept while points come in.
class ParetoFront {
public:
    struct Entry {
        Point point;
        std::int64_t id = 0;  ///< the caller's: a trial's number
    };
    /// True where the point is on the front now. A point equal to one on the
    /// front stays out: the first one keeps its place. So does a point with a
    /// coordinate that is not a number. Two axes: a binary search, plus what
    /// leaves the front; more: linear. Throws std::invalid_argument where the
    /// number of axes differs from that of the points before.
    bool insert(Point point, std::int64_t id);
    /// In ascending order of the first axis, then of the second, and so on.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

private:
    std::vector<Entry> entries_;
};

/// Volume dominated by the points and bounded by `reference` (points beyond it
/// count nothing). Any number of axes; exact. Two: O(n log n) sweep; three: a
/// sweep over staircases, O(n log n) but for moving steps; more: the WFG algorithm (While, Bradstreet and Barone, "A
/// fast way of calculating exact hypervolumes", IEEE TEVC 2012). Throws std::invalid_argument where a point has not as
/// many axes as the reference.
[[nodiscard]] double hypervolume(std::span<const Point> points, const Point& reference);

}  // namespace hwnas
