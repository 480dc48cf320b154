#include "search/pareto_front.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hwnas {
namespace {

bool no_worse(std::span<const double> a, std::span<const double> b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!(a[i] <= b[i])) return false;
    return true;
}

}  // namespace

bool dominates(std::span<const double> a, std::span<const double> b) {
    return no_worse(a, b) && !std::equal(a.begin(), a.end(), b.begin(), b.end());
}

bool ParetoFront::insert(Point point, std::int64_t id) {
    if (!entries_.empty() && entries_.front().point.size() != point.size())
        throw std::invalid_argument("a point of " + std::to_string(point.size()) + " axes for a Pareto front of " +
                                    std::to_string(entries_.front().point.size()));
    for (const double coordinate : point)
        if (std::isnan(coordinate)) return false;

    // In lexicographic order, only what stands before a point can dominate it,
    // and it can dominate only what stands behind.
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), point,
                                        [](const Entry& entry, const Point& other) { return entry.point < other; });
    if (place != entries_.end() && place->point == point) return false;
    if (point.size() == 2) {
        // The second axis falls along the front, so one neighbour speaks for all
        // before, and those that leave stand together.
        if (place != entries_.begin() && (place - 1)->point[1] <= point[1]) return false;
        const auto last =
            std::partition_point(place, entries_.end(), [&](const Entry& entry) { return entry.point[1] >= point[1]; });
        if (place == last) {
            entries_.insert(place, Entry{std::move(point), id});
        } else {
            *place = Entry{std::move(point), id};
            entries_.erase(place + 1, last);
        }
        return true;
    }
    for (auto entry = entries_.begin(); entry != place; ++entry)
        if (no_worse(entry->point, point)) return false;
    const auto index = place - entries_.begin();
    entries_.erase(
        std::remove_if(place, entries_.end(), [&](const Entry& entry) { return no_worse(point, entry.point); }),
        entries_.end());
    entries_.insert(entries_.begin() + index, Entry{std::move(point), id});
    return true;
}

}  // namespace hwnas
