#include "search/exact/objective_windows.h"

#include <algorithm>
#include <cmath>

#include "search/exact/front_corners.h"

namespace hwnas {
namespace {

constexpr double most_windows = 64;  // bits of a word
constexpr int rounds_while_weighing = 6;
constexpr int rounds_of_a_fit = 60;
constexpr double relative_tolerance = 1e-9;
constexpr double relative_slack = 1e-12;
/// Factors by which a weight is tried greater and smaller.
constexpr double weight_steps[] = {16, 4, 2, 1.4, 1.19, 1.09};
constexpr int most_moves = 40;
/// Of weights to those at which figures' ranges count alike: beyond, rounding would be felt.
constexpr double least_weight = 1e-6;
constexpr double most_weight = 1e4;

std::vector<double> equal_borders(double from, double to, std::size_t count) {
    std::vector<double> borders;
    for (std::size_t i = 0; i <= count; ++i)
        borders.push_back(from + (to - from) * static_cast<double>(i) / static_cast<double>(count));
    return borders;
}

std::vector<double> borders_along(std::size_t axis, double from, double to, std::size_t count,
                                  std::span<const Point> front) {
    if (front.size() < 2 * count) return equal_borders(from, to, count);
    std::vector<double> positions;
    for (const auto& point : front) positions.push_back(point[axis]);
    std::sort(positions.begin(), positions.end());
    std::vector<double> borders{from};
    for (std::size_t i = 1; i < count; ++i)
        if (const double border = positions[i * positions.size() / count]; border > borders.back() && border < to)
            borders.push_back(border);
    borders.push_back(to);
    return borders;
}

}  // namespace

OpenRanges::OpenRanges(const PairwiseModel& model) {
    const std::size_t count = model.variables.size();
    for (std::size_t f = 0; f < model.constants.size(); ++f) {
        auto& least = least_.emplace_back(count + 1, 0.0);
        auto& most = most_.emplace_back(count + 1, 0.0);
        const auto add = [&](const std::vector<double>& values, std::size_t last_open) {
            if (values.empty()) return;
            const auto [low, high] = std::minmax_element(values.begin(), values.end());
            for (std::size_t depth = 0; depth <= last_open; ++depth) {
                least[depth] += *low;
                most[depth] += *high;
            }
        };
        for (std::size_t v = 0; v < count; ++v) add(model.variables[v].figures[f], v);
        for (const auto& edge : model.edges) add(edge.figures[f], edge.second);
        slack_.push_back(relative_slack * (std::abs(model.constants[f]) + std::abs(least[0]) + std::abs(most[0])));
    }
}

ObjectiveWindows::ObjectiveWindows(const BoxedModel& boxed, const OpenRanges& ranges, std::span<const Point> front)
    : boxed_(&boxed),
      ranges_(&ranges),
      tolerance_(relative_tolerance * (ranges.most(0, 0) - ranges.least(0, 0)) + ranges.slack(0)) {
    const std::size_t axes = boxed.objectives();
    const auto each =
        axes == 1 ? 1 : static_cast<std::size_t>(std::pow(most_windows, 1.0 / static_cast<double>(axes - 1)) + 1e-9);
    std::vector<std::pair<Point, Point>> parts{{Point{}, Point{}}};
    for (std::size_t axis = 1; axis < axes; ++axis) {
        const double from = boxed.model.constants[axis] + ranges.least(axis, 0);
        if (from >= boxed.box[axis]) return;  // nothing lies in the box
        const auto borders = borders_along(axis, from, boxed.box[axis], each, front);
        std::vector<std::pair<Point, Point>> finer;
        for (const auto& part : parts)
            for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
                finer.push_back(part);
                finer.back().first.push_back(borders[i]);
                finer.back().second.push_back(borders[i + 1]);
            }
        parts = std::move(finer);
    }
    std::vector<double> weights;
    for (auto& [from, to] : parts) {
        Point middle;
        for (std::size_t i = 0; i < from.size(); ++i) middle.push_back((from[i] + to[i]) / 2);
        auto bound = best_bound(middle, weights);
        windows_.push_back({std::move(from), std::move(to), std::move(bound)});
    }
}

/// The weights are those whose bound is farthest from the middle of the window: Lagrange's multipliers. `weights`:
/// where to start, and what was found.
CompletionBound ObjectiveWindows::best_bound(const Point& middle, std::vector<double>& weights) const {
    const std::size_t figures = boxed_->model.constants.size();
    std::vector<double> targets = middle;
    targets.insert(targets.end(), boxed_->limits.begin(), boxed_->limits.end());
    std::vector<double> usual(figures, 0.0);
    const auto range = [this](std::size_t figure) { return ranges_->most(figure, 0) - ranges_->least(figure, 0); };
    for (std::size_t f = 1; f < figures; ++f)
        if (range(f) > 0) usual[f] = range(0) > 0 ? range(0) / range(f) : 1;
    const bool first = weights.empty();
    if (first) weights = usual;
    weights[0] = 1;
    const auto rate = [&](const std::vector<double>& tried) {
        CompletionBound bound(boxed_->model, tried);
        bound.fit_whole(rounds_while_weighing);
        double value = bound.least();
        for (std::size_t f = 1; f < figures; ++f) value -= tried[f] * targets[f - 1];
        return value;
    };
    double best = rate(weights);
    const auto try_weight = [&](std::size_t figure, double weight) {
        if (weight != 0 && (weight < least_weight * usual[figure] || weight > most_weight * usual[figure]))
            return false;
        auto tried = weights;
        tried[figure] = weight;
        const double value = rate(tried);
        if (!(value > best)) return false;
        best = value;
        weights = std::move(tried);
        return true;
    };
    for (const double step : weight_steps) {
        if (!first && step > 2) continue;
        bool moved = true;
        for (int moves = 0; moved && moves < most_moves; ++moves) {
            moved = false;
            for (std::size_t f = 1; f < figures; ++f) {
                if (usual[f] == 0) continue;
                const double weight = weights[f];
                moved = weight == 0 ? try_weight(f, usual[f] / 64) || moved
                                    : try_weight(f, weight * step) || try_weight(f, weight / step) || moved;
            }
        }
        for (std::size_t f = 1; f < figures; ++f)
            if (weights[f] > 0) (void)try_weight(f, 0);
    }
    return {boxed_->model, weights};
}

void ObjectiveWindows::fit(std::span<const std::vector<std::uint16_t>> assignments) {
    std::vector<std::vector<double>> figures;
    for (const auto& assignment : assignments) figures.push_back(boxed_->model.figures(assignment));
    for (auto& window : windows_) {
        std::vector<std::uint16_t> values;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < assignments.size(); ++i)
            if (const double weight = window.bound.weighted(figures[i]); weight < least) {
                least = weight;
                values = assignments[i];
            }
        if (values.empty()) {
            window.bound.fit_whole(rounds_of_a_fit);
            values = window.bound.decoded();
        }
        window.bound.fit(values, rounds_of_a_fit);
    }
}

double ObjectiveWindows::of_limits(const CompletionBound& bound) const {
    double sum = 0;
    for (std::size_t i = 0; i < boxed_->limits.size(); ++i)
        sum += bound.weights()[boxed_->objectives() + i] * boxed_->limits[i];
    return sum;
}

std::vector<Point> ObjectiveWindows::corners_in(std::size_t window, std::span<const Point> corners) const {
    const auto& [from, to, bound, threshold] = windows_[window];
    std::vector<Point> inside;
    for (const auto& corner : corners) {
        bool meets = true;
        for (std::size_t i = 0; i < from.size(); ++i) meets = meets && corner[i + 1] > from[i];
        if (!meets) continue;
        inside.push_back(corner);
        for (std::size_t i = 0; i < to.size(); ++i) inside.back()[i + 1] = std::min(corner[i + 1], to[i]);
    }
    return inside;
}

void ObjectiveWindows::update(std::span<const Point> front) {
    const auto corners = front_corners(front, boxed_->box);
    for (std::size_t w = 0; w < windows_.size(); ++w) {
        auto& window = windows_[w];
        window.threshold = -std::numeric_limits<double>::infinity();
        for (const auto& corner : corners_in(w, corners)) {
            double weight = -boxed_->within;
            for (std::size_t i = 0; i < corner.size(); ++i) weight += window.bound.weights()[i] * corner[i];
            window.threshold = std::max(window.threshold, weight);
        }
        window.threshold += of_limits(window.bound);
    }
}

std::uint64_t ObjectiveWindows::all() const {
    return windows_.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << windows_.size()) - 1;
}

std::uint64_t ObjectiveWindows::reachable(std::span<const double> figures, std::size_t depth) const {
    for (std::size_t i = 0; i < boxed_->limits.size(); ++i) {
        const std::size_t f = boxed_->objectives() + i;
        if (figures[f] + ranges_->least(f, depth) > boxed_->limits[i] + ranges_->slack(f)) return 0;
    }
    std::uint64_t reached = 0;
    for (std::size_t w = 0; w < windows_.size(); ++w) {
        bool may = true;
        for (std::size_t i = 0; may && i < windows_[w].to.size(); ++i)
            may = figures[i + 1] + ranges_->least(i + 1, depth) - ranges_->slack(i + 1) < windows_[w].to[i];
        if (may) reached |= std::uint64_t{1} << w;
    }
    return reached;
}

bool ObjectiveWindows::leaves_open(std::size_t window, double bound) const {
    return bound < windows_[window].threshold - tolerance_;
}

std::vector<Point> ObjectiveWindows::possible(std::size_t window, std::span<const Point> corners, double bound) const {
    const auto& weights = windows_[window].bound.weights();
    const double left = bound - of_limits(windows_[window].bound);
    std::vector<Point> points;
    for (const auto& corner : corners_in(window, corners)) {
        double weight = 0;
        for (std::size_t i = 0; i < corner.size(); ++i) weight += weights[i] * corner[i];
        if (weight <= left) continue;
        // On each axis: as far below the corner as the bound allows, all others being just below it.
        Point point = corner;
        for (std::size_t i = 0; i < corner.size(); ++i) {
            const double least =
                i == 0 ? boxed_->model.constants[0] + ranges_->least(0, 0) : windows_[window].from[i - 1];
            point[i] = weights[i] > 0 ? std::max(least, corner[i] - (weight - left) / weights[i]) : least;
        }
        points.push_back(std::move(point));
    }
    return points;
}

}  // namespace hwnas
