#include "search/population.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace hwnas {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

void Population::add(Encoding encoding, Point point) {
    members_.push_back({std::move(encoding), std::move(point)});
    rank();
    crowd();
    while (members_.size() > size_) {
        const auto worst = std::min_element(members_.begin(), members_.end(), [](const Member& a, const Member& b) {
            return a.rank != b.rank ? a.rank > b.rank : a.crowding < b.crowding;
        });
        if (worst->rank == 0) break;
        members_.erase(worst);
    }
}

void Population::rank() {
    for (auto& member : members_) member.rank = members_.size();
    std::size_t left = members_.size();
    for (std::size_t rank = 0; left > 0; ++rank) {
        std::vector<Member*> front;
        for (auto& member : members_) {
            if (member.rank < rank) continue;
            const bool dominated = std::any_of(members_.begin(), members_.end(), [&](const Member& other) {
                return other.rank >= rank && dominates(other.point, member.point);
            });
            if (!dominated) front.push_back(&member);
        }
        for (auto* member : front) member->rank = rank;
        left -= front.size();
    }
}

void Population::crowd() {
    for (auto& member : members_) member.crowding = 0;
    std::vector<Member*> order;
    for (auto& member : members_) order.push_back(&member);
    const std::size_t axes = members_.front().point.size();
    for (std::size_t axis = 0; axis < axes; ++axis) {
        std::stable_sort(order.begin(), order.end(), [axis](const Member* a, const Member* b) {
            return a->rank != b->rank ? a->rank < b->rank : a->point[axis] < b->point[axis];
        });
        for (auto first = order.begin(); first != order.end();) {
            const auto last =
                std::find_if(first, order.end(), [&](const Member* m) { return m->rank != (*first)->rank; });
            const double extent = (*(last - 1))->point[axis] - (*first)->point[axis];
            (*first)->crowding = (*(last - 1))->crowding = infinity;
            if (extent > 0)
                for (auto at = first; at != last && at + 1 != last; ++at)
                    if (at != first) (*at)->crowding += ((*(at + 1))->point[axis] - (*(at - 1))->point[axis]) / extent;
            first = last;
        }
    }
}

}  // namespace hwnas
