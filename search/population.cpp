#include "search/population.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace hwnas {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

void Population::add(Encoding encoding, Point point) {
    // A chain of members of which each dominates the next is as long as the rank of its end.
    Member fresh{std::move(encoding), std::move(point)};
    std::size_t last = 0;
    for (const auto& member : members_) {
        last = std::max(last, member.rank);
        if (member.rank >= fresh.rank && dominates(member.point, fresh.point)) fresh.rank = member.rank + 1;
    }
    // Alone at the end it would be the first to go.
    const bool stays = members_.size() < size_ || fresh.rank <= last;
    if (stays) insert(std::move(fresh));
    for (const auto rank : std::exchange(changed_, {})) crowd(rank);
    while (members_.size() > size_) {
        const auto worst = std::min_element(members_.begin(), members_.end(), [](const Member& a, const Member& b) {
            return a.rank != b.rank ? a.rank > b.rank : a.crowding < b.crowding;
        });
        if (worst->rank == 0) break;
        changed_.insert(worst->rank);
        members_.erase(worst);
    }
}

void Population::insert(Member fresh) {
    // Whom it dominates goes a rank further, and so on (Li, Deb, Zhang, Suganthan and Chen, "Efficient nondomination
    // level update method for steady-state evolutionary multiobjective optimization", IEEE Cybernetics 2017).
    changed_.insert(fresh.rank);
    std::vector<std::size_t> moved{members_.size()};
    members_.push_back(std::move(fresh));
    for (std::size_t rank = members_.back().rank; !moved.empty(); ++rank) {
        std::vector<std::size_t> next;
        for (std::size_t i = 0; i + 1 < members_.size(); ++i)
            if (members_[i].rank == rank && std::find(moved.begin(), moved.end(), i) == moved.end() &&
                std::any_of(moved.begin(), moved.end(),
                            [&](std::size_t other) { return dominates(members_[other].point, members_[i].point); }))
                next.push_back(i);
        for (const auto i : next) members_[i].rank = rank + 1;
        if (!next.empty()) changed_.insert(rank + 1);
        moved = std::move(next);
    }
}

void Population::crowd(std::size_t rank) {
    std::vector<Member*> order;
    for (auto& member : members_)
        if (member.rank == rank) order.push_back(&member);
    if (order.empty()) return;
    for (auto* member : order) member->crowding = 0;
    for (std::size_t axis = 0; axis < order.front()->point.size(); ++axis) {
        std::stable_sort(order.begin(), order.end(),
                         [axis](const Member* a, const Member* b) { return a->point[axis] < b->point[axis]; });
        const double extent = order.back()->point[axis] - order.front()->point[axis];
        order.front()->crowding = order.back()->crowding = infinity;
        if (extent > 0)
            for (std::size_t at = 1; at + 1 < order.size(); ++at)
                order[at]->crowding += (order[at + 1]->point[axis] - order[at - 1]->point[axis]) / extent;
    }
}

}  // namespace hwnas
