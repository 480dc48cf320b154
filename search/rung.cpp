#include "search/rung.h"

#include <algorithm>

#include "search/front_order.h"

namespace hwnas {

void Rung::add(Member member) {
    order_.clear();
    const auto [at, is_new] = index_.emplace(member.encoding, members_.size());
    if (is_new) {
        members_.push_back(std::move(member));
        return;
    }
    Member& known = members_[at->second];
    ++known.evaluations;
    for (std::size_t axis = 0; axis < known.point.size(); ++axis)
        known.point[axis] += (member.point[axis] - known.point[axis]) / static_cast<double>(known.evaluations);
    known.within_limits = known.within_limits && member.within_limits;
}

void Rung::mark(const Encoding& encoding) {
    if (const auto found = index_.find(encoding); found != index_.end()) members_[found->second].went_on = true;
}

std::vector<const Rung::Member*> Rung::best(std::size_t count) const {
    count = std::min(count, members_.size());
    if (order_.size() < count) {
        order_.clear();
        for (const bool within : {true, false}) {
            std::vector<std::size_t> indices;
            std::vector<Point> points;
            for (std::size_t i = 0; i < members_.size(); ++i)
                if (members_[i].within_limits == within) {
                    indices.push_back(i);
                    points.push_back(members_[i].point);
                }
            for (const auto i : front_order(points, count - order_.size())) order_.push_back(indices[i]);
        }
    }
    std::vector<const Member*> best;
    for (std::size_t i = 0; i < count; ++i) best.push_back(&members_[order_[i]]);
    return best;
}

}  // namespace hwnas
