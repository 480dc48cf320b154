#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace hwnas {

/// A straight line through pairs (x, y) by least squares, with what it leaves unsaid of a further pair.
struct Line {
    double slope = 0;
    double intercept = 0;
    double deviation = 0;  ///< of the pairs around it, in y's unit
    double mean = 0;       ///< of x
    double spread = 0;     ///< sum of (x - mean)^2
    std::size_t count = 0;

    [[nodiscard]] double at(double x) const { return intercept + slope * x; }
    /// The deviation of a further pair's y: the line's own doubts added.
    [[nodiscard]] double deviation_at(double x) const;
    /// The bound that a further pair's y at `x` stays below with probability `confidence`, by Student's distribution.
    [[nodiscard]] double upper(double x, double confidence) const;
    /// From where on that bound is below `y`, for a line that falls: at every larger x it is too. Nothing where the
    /// line does not fall surely enough to say that of any x.
    [[nodiscard]] std::optional<double> surely_below(double y, double confidence) const;
};

/// The line; nothing of fewer than three pairs, or where all x are the same. The vectors are equally long.
[[nodiscard]] std::optional<Line> line_through(const std::vector<double>& x, const std::vector<double>& y);

/// What the course of a training says of its end, learnt from trainings that went to theirs: after each epoch a line
/// from the figure of that epoch to the one at the end. (Regression on partial curves: Baker et al., "Accelerating
/// Neural Architecture Search using Performance Prediction", 2017, of which this is the plainest form.)
class LearningCurves {
public:
    /// `curve`: a figure after each epoch; `end`: the one that is to be foretold. Curves shorter than the longest so
    /// far count nothing; a longer one makes those before it count nothing. What is not finite is left out.
    void add(const std::vector<double>& curve, double end);

    [[nodiscard]] std::size_t count() const { return ends_.size(); }
    /// Epochs of a whole training; 0 before there is one.
    [[nodiscard]] std::size_t epochs() const { return by_epoch_.size(); }
    /// From the figure after so many epochs, 1 to `epochs()`; nothing where a line is not defined.
    [[nodiscard]] std::optional<Line> after(std::size_t epochs) const;

private:
    std::vector<std::vector<double>> by_epoch_;  // figures, one a curve
    std::vector<double> ends_;
};

}  // namespace hwnas
