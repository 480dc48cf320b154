#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "search/exact/completion_bound.h"
#include "search/pareto_front.h"

namespace hwnas {

/// What branch and bound asks of a model: its first figures are objectives, those behind them have limits.
struct BoxedModel {
    PairwiseModel model;
    Point box;                   ///< a corner: each objective's figure must be below
    std::vector<double> limits;  ///< one for each figure behind them: it must not be above
    double within = 0;           ///< of the first objective: what is not better by more is not looked for

    [[nodiscard]] std::size_t objectives() const { return box.size(); }
};

/// What the variables that a label leaves open can add to its figures, at least and at most; crude, and at hand.
class OpenRanges {
public:
    explicit OpenRanges(const PairwiseModel& model);
    /// Of the variables from `depth` on.
    [[nodiscard]] double least(std::size_t figure, std::size_t depth) const { return least_[figure][depth]; }
    [[nodiscard]] double most(std::size_t figure, std::size_t depth) const { return most_[figure][depth]; }
    /// By how much a sum of a figure may be off for rounding.
    [[nodiscard]] double slack(std::size_t figure) const { return slack_[figure]; }

private:
    std::vector<double> slack_;
    std::vector<std::vector<double>> least_;
    std::vector<std::vector<double>> most_;
};

/// Part of the objective space, and the weighted sum of all figures that tells best what can lie in it: a label whose
/// bound is not below the threshold has no completion there that the front lacks.
struct ObjectiveWindow {
    /// Of the objectives behind the first one: from <= figure < to.
    Point from;
    Point to;
    CompletionBound bound;
    double threshold = std::numeric_limits<double>::infinity();
};

/// The box, cut into at most 64 windows along the objectives behind the first one.
class ObjectiveWindows {
public:
    /// Windows hold about equally many points of `front`, or are equally wide where it has few. `boxed` and `ranges`
    /// must outlive this.
    ObjectiveWindows(const BoxedModel& boxed, const OpenRanges& ranges, std::span<const Point> front);

    /// Fits each window's bounds to the one of these assignments that weighs least there; without any, to what it
    /// takes for good itself.
    void fit(std::span<const std::vector<std::uint16_t>> assignments);
    /// Sets the thresholds by what the front leaves open.
    void update(std::span<const Point> front);

    [[nodiscard]] const std::vector<ObjectiveWindow>& windows() const { return windows_; }
    /// A bit for each window.
    [[nodiscard]] std::uint64_t all() const;
    /// Those into which completions of figures that decide the variables before `depth` may come; none where a limit
    /// can't be kept.
    [[nodiscard]] std::uint64_t reachable(std::span<const double> figures, std::size_t depth) const;
    /// Whether a bound leaves room for something new in a window.
    [[nodiscard]] bool leaves_open(std::size_t window, double bound) const;
    /// A window's corners, of those of a front: clipped to where it ends.
    [[nodiscard]] std::vector<Point> corners_in(std::size_t window, std::span<const Point> corners) const;
    /// If all that is new in a window weighs at least `bound`, each such point is above one of these or at it.
    [[nodiscard]] std::vector<Point> possible(std::size_t window, std::span<const Point> corners, double bound) const;

    [[nodiscard]] const BoxedModel& boxed() const { return *boxed_; }
    [[nodiscard]] const OpenRanges& ranges() const { return *ranges_; }

private:
    [[nodiscard]] double of_limits(const CompletionBound& bound) const;
    [[nodiscard]] CompletionBound best_bound(const Point& middle, std::vector<double>& weights) const;

    const BoxedModel* boxed_;
    const OpenRanges* ranges_;
    double tolerance_ = 0;  ///< of the first objective: tables add in other orders
    std::vector<ObjectiveWindow> windows_;
};

}  // namespace hwnas
