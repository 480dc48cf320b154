#include "search/prospects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace hwnas {
namespace {

// Levels at which a learned axis other than the last stands for its distribution.
constexpr std::array<double, 4> levels{-1.15, -0.32, 0.32, 1.15};

constexpr std::size_t looked_at_together = 16;  // as many as are solved at once

constexpr std::array<double, 5> optimisms{1, 1, 1, 1, 4};

/// The probability that the figure is at most so much.
double chance_below(const Outcome& outcome, double bound) {
    if (outcome.exponential) {
        if (bound + outcome.shift <= 0) return 0;
        bound = std::log(bound + outcome.shift);
    }
    return 0.5 * std::erfc((outcome.mean - bound) / std::max(outcome.deviation, 1e-12) / std::numbers::sqrt2);
}

/// Of the front as it will be once the pending ones have come out as expected.
ExpectedImprovement expected_improvement(Surrogate& surrogate, const std::vector<Encoding>& pending) {
    ParetoFront front = surrogate.front();
    if (!pending.empty()) {
        auto expected = surrogate.candidates(pending);
        auto& figures = surrogate.figures();
        for (std::size_t i = 0; i < surrogate.learned_axes().size(); ++i) {
            const auto means = figures[i].mean(expected.points);
            for (std::size_t n = 0; n < pending.size(); ++n)
                expected.known[n].push_back(figures[i].outcome(means[static_cast<Eigen::Index>(n)], 0).at(0));
        }
        for (auto& point : expected.known) (void)front.insert(std::move(point), 0);
    }
    std::vector<Point> points;
    for (const auto& entry : front.entries()) points.push_back(entry.point);
    return {std::move(points), surrogate.worst_corner()};
}

}  // namespace

double optimism_of(std::int64_t number) { return optimisms[static_cast<std::size_t>(number) % optimisms.size()]; }

Prospects::Prospects(Surrogate& surrogate, std::vector<Encoding> pending, double optimism)
    : surrogate_(&surrogate),
      pending_(std::move(pending)),
      optimism_(optimism),
      expected_(expected_improvement(surrogate, pending_)) {}

std::vector<double> Prospects::promise(Candidates& candidates) {
    auto& figures = surrogate_->figures();
    // What is under way tells of others too: it stands behind the candidates where it is not among them.
    const std::size_t own = candidates.encodings.size();
    std::vector<Eigen::Index> measured;
    std::vector<Encoding> missing;
    for (const auto& encoding : pending_) {
        const auto at = std::find(candidates.encodings.begin(), candidates.encodings.end(), encoding);
        if (at == candidates.encodings.end()) {
            measured.push_back(static_cast<Eigen::Index>(own + missing.size()));
            missing.push_back(encoding);
        } else {
            measured.push_back(at - candidates.encodings.begin());
        }
    }
    std::vector<Belief> beliefs;
    const auto count = static_cast<Eigen::Index>(own);
    for (std::size_t i = 0; i < figures.size(); ++i) {
        figures[i].look(candidates.points, candidates.views[i]);
        const auto& view = candidates.views[i].view;
        if (measured.empty())
            beliefs.push_back({view.mean(), view.variance()});
        else if (missing.empty())
            beliefs.push_back({view.mean(), figures[i].process().variance_with(view, measured)});
        else {
            CategoricalPoints points = candidates.points;
            const auto others = surrogate_->candidates(missing).points;
            points.codes.conservativeResize(count + others.count(), Eigen::NoChange);
            points.codes.bottomRows(others.count()) = others.codes;
            points.features.conservativeResize(count + others.count(), Eigen::NoChange);
            points.features.bottomRows(others.count()) = others.features;
            const auto wider = figures[i].process().view(std::move(points));
            beliefs.push_back({view.mean(), figures[i].process().variance_with(wider, measured).head(count)});
        }
    }
    std::vector<double> promise(own);
    for (std::size_t n = 0; n < own; ++n) {
        const auto expected = outcomes(beliefs, n);
        promise[n] = improvement(candidates.known[n], expected);
        if (promise[n] > 0) promise[n] *= chance_of_bounds(expected);
    }
    return promise;
}

std::vector<double> Prospects::promise_of_best(const Candidates& candidates, std::size_t wanted, double least) {
    const std::size_t count = candidates.encodings.size();
    std::vector<Belief> beliefs;
    for (auto& figure : surrogate_->figures()) {
        auto glance = figure.glance(candidates.points);
        beliefs.push_back({std::move(glance.mean), std::move(glance.variance)});
    }
    // The less sure, the more may come of it. (Of figures that are learned by their logs a little less again, where a
    // network is expected far beyond the front: by half the variance, which is small beside that.)
    std::vector<double> most(count);
    for (std::size_t n = 0; n < count; ++n) most[n] = improvement(candidates.known[n], outcomes(beliefs, n));
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return most[a] > most[b]; });
    std::vector<double> promise(count, 0.0), best(wanted, least);  // the best so far, descending
    for (std::size_t from = 0; from < count && most[order[from]] > best.back(); from += looked_at_together) {
        const auto to = std::min(count, from + looked_at_together);
        std::vector<Encoding> some;
        for (std::size_t i = from; i < to; ++i) some.push_back(candidates.encodings[order[i]]);
        auto looked_at = surrogate_->candidates(std::move(some));
        const auto exact = this->promise(looked_at);
        for (std::size_t i = from; i < to; ++i) {
            promise[order[i]] = exact[i - from];
            if (exact[i - from] <= best.back()) continue;
            best.back() = exact[i - from];
            for (std::size_t at = best.size() - 1; at > 0 && best[at] > best[at - 1]; --at)
                std::swap(best[at], best[at - 1]);
        }
    }
    return promise;
}

std::vector<Outcome> Prospects::outcomes(const std::vector<Belief>& beliefs, std::size_t candidate) const {
    std::vector<Outcome> outcomes;
    const auto at = static_cast<Eigen::Index>(candidate);
    for (std::size_t i = 0; i < beliefs.size(); ++i) {
        outcomes.push_back(surrogate_->figures()[i].outcome(beliefs[i].means[at], beliefs[i].variances[at]));
        outcomes.back().deviation *= optimism_;
    }
    return outcomes;
}

double Prospects::improvement(const Point& known, std::span<const Outcome> figures) const {
    const std::size_t learned = surrogate_->learned_axes().size();
    if (learned == 0) {
        const std::span all(known);
        return expected_(all.first(all.size() - 1), {all.back(), 0, false, 0});
    }
    if (learned == 1) return expected_(known, figures[0]);
    std::size_t combinations = 1;
    for (std::size_t i = 0; i + 1 < learned; ++i) combinations *= levels.size();
    double sum = 0;
    for (std::size_t combination = 0; combination < combinations; ++combination) {
        Point at = known;
        std::size_t rest = combination;
        for (std::size_t i = 0; i + 1 < learned; ++i, rest /= levels.size())
            at.push_back(figures[i].at(levels[rest % levels.size()]));
        sum += expected_(at, figures[learned - 1]);
    }
    return sum / static_cast<double>(combinations);
}

double Prospects::chance_of_bounds(std::span<const Outcome> figures) const {
    double chance = 1;
    for (const auto& [limit, figure, turned] : surrogate_->bounds()) {
        const auto below = [&](double bound) { return chance_below(figures[figure], bound); };
        if (limit.most) chance *= turned ? 1 - below(-*limit.most) : below(*limit.most);
        if (limit.least) chance *= turned ? below(-*limit.least) : 1 - below(*limit.least);
    }
    return chance;
}

}  // namespace hwnas
