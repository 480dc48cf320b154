#include "search/surrogate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/earlier_figures.h"

namespace hwnas {
namespace {

constexpr double nadir_margin = 0.1;

}  // namespace

Surrogate::Surrogate(const SearchProblem& problem) : problem_(problem), space_(with_earlier_figures(problem)) {
    const auto& objectives = problem_.objectives;
    for (std::size_t i = 0; i < objectives.size(); ++i) {
        if (problem_.known.contains(objectives[i].key)) {
            known_axes_.push_back(i);
            continue;
        }
        learned_axes_.push_back(i);
        keys_.push_back(objectives[i].key);
        figures_.emplace_back(space_, objectives[i].unit == "%" && objectives[i].direction == Direction::maximize);
    }
    for (const auto& limit : problem_.limits) {
        if (problem_.known.contains(limit.key)) continue;
        auto at = std::find(keys_.begin(), keys_.end(), limit.key);
        if (at == keys_.end()) {
            keys_.push_back(limit.key);
            figures_.emplace_back(space_, false);
            at = keys_.end() - 1;
        }
        const auto figure = static_cast<std::size_t>(at - keys_.begin());
        bounds_.push_back(
            {limit, figure,
             figure < learned_axes_.size() && objectives[learned_axes_[figure]].direction == Direction::maximize});
    }
}

void Surrogate::tell(const Trial& trial) {
    if (trial.state != TrialState::complete || !trial.budget.empty()) return;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const auto value = trial.values.find(keys_[i]);
        if (value == trial.values.end() || !std::isfinite(value->second)) continue;
        const bool is_axis = i < learned_axes_.size();
        figures_[i].add(trial.architecture.encoding,
                        is_axis ? turned(problem_.objectives[learned_axes_[i]], value->second) : value->second);
    }
    const auto point = point_of(problem_.objectives, trial.values);
    if (!point) return;
    points_.push_back(arranged(*point));
    if (!meets(problem_.limits, trial.values)) return;
    if (front_.insert(points_.back(), static_cast<std::int64_t>(of_front_.size())))
        of_front_.push_back(trial.architecture.encoding);
}

bool Surrogate::ready() const {
    return std::all_of(figures_.begin(), figures_.end(),
                       [](const LearnedFigure& figure) { return figure.count() >= 2; });
}

Candidates Surrogate::candidates(std::vector<Encoding> encodings) const {
    Candidates candidates{std::move(encodings), {}, {}, std::vector<LearnedFigure::View>(figures_.size())};
    candidates.points = space_.points(candidates.encodings);
    for (const auto& encoding : candidates.encodings) {
        Point point;
        for (const auto axis : known_axes_) {
            const auto& objective = problem_.objectives[axis];
            point.push_back(turned(objective, problem_.known.at(objective.key)(encoding)));
        }
        candidates.known.push_back(std::move(point));
    }
    return candidates;
}

std::vector<std::map<std::string, double>> Surrogate::imagined(Candidates& candidates, double optimism) {
    std::vector<std::map<std::string, double>> all(candidates.encodings.size());
    for (std::size_t i = 0; i < known_axes_.size(); ++i) {
        const auto& objective = problem_.objectives[known_axes_[i]];
        for (std::size_t n = 0; n < all.size(); ++n) all[n][objective.key] = turned(objective, candidates.known[n][i]);
    }
    for (std::size_t i = 0; i < learned_axes_.size(); ++i) {
        const auto& objective = problem_.objectives[learned_axes_[i]];
        figures_[i].look(candidates.points, candidates.views[i]);
        const auto& view = candidates.views[i].view;
        for (std::size_t n = 0; n < all.size(); ++n) {
            const auto at = static_cast<Eigen::Index>(n);
            const auto outcome = figures_[i].outcome(view.mean()[at], view.variance()[at]);
            all[n][objective.key] = turned(objective, outcome.at(-optimism));
        }
    }
    return all;
}

std::vector<Encoding> Surrogate::front_encodings() const {
    std::vector<Encoding> encodings;
    for (const auto& entry : front_.entries()) encodings.push_back(of_front_[static_cast<std::size_t>(entry.id)]);
    return encodings;
}

Point Surrogate::arranged(const Point& point) const {
    Point arranged;
    for (const auto axis : known_axes_) arranged.push_back(point[axis]);
    for (const auto axis : learned_axes_) arranged.push_back(point[axis]);
    return arranged;
}

Point Surrogate::worst_corner() const {
    std::vector<std::size_t> order = known_axes_;
    order.insert(order.end(), learned_axes_.begin(), learned_axes_.end());
    Point worst;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& objective = problem_.objectives[order[i]];
        if (objective.worst) {
            worst.push_back(turned(objective, *objective.worst));
            continue;
        }
        double least = std::numeric_limits<double>::infinity();
        double most = -least;
        for (const auto& point : points_) {
            least = std::min(least, point[i]);
            most = std::max(most, point[i]);
        }
        worst.push_back(most + nadir_margin * std::max(most - least, 1e-9 * std::abs(most)));
    }
    return worst;
}

}  // namespace hwnas
