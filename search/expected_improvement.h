#pragma once

#include <span>
#include <vector>

#include "search/pareto_front.h"

namespace hwnas {

/// What a model says of a figure that is not known yet: normal, or the exponential of a normal
/// variable less `shift` (an error in percent is exp(z), so a figure of -accuracy is exp(z) - 100).
struct Outcome {
    double mean = 0;
    double deviation = 0;
    bool exponential = false;
    double shift = 0;

    /// So many deviations of the normal variable above its mean.
    [[nodiscard]] double at(double level) const;
    /// E[max(0, bound - Y)], in closed form.
    [[nodiscard]] double expected_below(double bound) const;
};

/// Expected hypervolume improvement where all axes but the last are known: exact, by
/// integrating over the last one what the front leaves uncovered at each of its values. (Emmerich,
/// Giannakoglou and Naujoks, IEEE TEVC 2006, with all but one axis certain.) One axis alone:
/// the expected improvement of the least value.
class ExpectedImprovement {
public:
    /// `front`: points that none of the others dominates; less is better on every axis. Throws
    /// std::invalid_argument where a point has not as many axes as `worst`, or there are none.
    ExpectedImprovement(std::vector<Point> front, Point worst);

    /// `known`: the axes but the last.
    [[nodiscard]] double operator()(std::span<const double> known, const Outcome& last) const;

private:
    [[nodiscard]] double in_two(double known, const Outcome& last) const;
    [[nodiscard]] double in_many(std::span<const double> known, const Outcome& last) const;

    Point worst_;
    std::vector<Point> front_;  ///< inside the box; two axes: by the first, more: by the last
};

}  // namespace hwnas
