#include "search/rung_figures.h"

namespace hwnas {
namespace {

void move_mean(Point& mean, const Point& point, std::int64_t count) {
    if (mean.empty()) mean.assign(point.size(), 0);
    for (std::size_t axis = 0; axis < mean.size(); ++axis)
        mean[axis] += (point[axis] - mean[axis]) / static_cast<double>(count);
}

}  // namespace

void RungFigures::add(std::size_t rung, const Encoding& encoding, const Point& point) {
    auto& known = figures_[rung][encoding];
    move_mean(known.point, point, ++known.count);
}

void RungFigures::settle() {
    gains_.assign(figures_.size() - 1, {});
    for (std::size_t rung = 0; rung + 1 < figures_.size(); ++rung) {
        std::int64_t count = 0;
        for (const auto& [encoding, after] : figures_[rung + 1]) {
            const auto before = figures_[rung].find(encoding);
            if (before == figures_[rung].end()) continue;
            Point gain = after.point;
            for (std::size_t axis = 0; axis < gain.size(); ++axis) gain[axis] -= before->second.point[axis];
            move_mean(gains_[rung], gain, ++count);
        }
    }
}

bool RungFigures::reaches_top() const {
    for (const auto& gain : gains_)
        if (gain.empty()) return false;
    return !gains_.empty();
}

std::optional<Point> RungFigures::whole(const Encoding& encoding) const {
    for (std::size_t rung = figures_.size(); rung-- > 0;) {
        const auto found = figures_[rung].find(encoding);
        if (found == figures_[rung].end()) continue;
        Point point = found->second.point;
        for (std::size_t step = rung; step < gains_.size(); ++step)
            for (std::size_t axis = 0; axis < gains_[step].size(); ++axis) point[axis] += gains_[step][axis];
        return point;
    }
    return std::nullopt;
}

}  // namespace hwnas
