#include "regression/learning_curves.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace hwnas {
namespace {

double student(std::size_t count, double confidence) {
    return boost::math::quantile(boost::math::students_t(static_cast<double>(count - 2)), confidence);
}

}  // namespace

double Line::deviation_at(double x) const {
    return deviation * std::sqrt(1 + 1 / static_cast<double>(count) + (x - mean) * (x - mean) / spread);
}

double Line::upper(double x, double confidence) const { return at(x) + student(count, confidence) * deviation_at(x); }

std::optional<double> Line::surely_below(double y, double confidence) const {
    const double factor = student(count, confidence);
    // The bound is convex in x; it falls everywhere where it falls far out.
    if (slope + factor * deviation / std::sqrt(spread) >= 0) return std::nullopt;
    const auto bound = [&](double x) { return at(x) + factor * deviation_at(x); };
    const double width = std::sqrt(spread / static_cast<double>(count));
    double low = mean, high = mean;
    for (double step = width; bound(high) >= y; step *= 2) high += step;
    for (double step = width; bound(low) < y; step *= 2) low -= step;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (bound(middle) < y ? high : low) = middle;
    }
    return high;
}

std::optional<Line> line_through(const std::vector<double>& x, const std::vector<double>& y) {
    if (x.size() < 3) return std::nullopt;
    const auto count = static_cast<double>(x.size());
    Line line;
    line.count = x.size();
    line.mean = std::accumulate(x.begin(), x.end(), 0.0) / count;
    const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / count;
    double products = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        line.spread += (x[i] - line.mean) * (x[i] - line.mean);
        products += (x[i] - line.mean) * (y[i] - mean_y);
    }
    if (line.spread <= 0) return std::nullopt;
    line.slope = products / line.spread;
    line.intercept = mean_y - line.slope * line.mean;
    double squares = 0;
    for (std::size_t i = 0; i < x.size(); ++i) squares += (y[i] - line.at(x[i])) * (y[i] - line.at(x[i]));
    line.deviation = std::sqrt(squares / (count - 2));
    return line;
}

void LearningCurves::add(const std::vector<double>& curve, double end) {
    const auto finite = [](double figure) { return std::isfinite(figure); };
    if (curve.empty() || curve.size() < by_epoch_.size()) return;
    if (!finite(end) || !std::all_of(curve.begin(), curve.end(), finite)) return;
    if (curve.size() > by_epoch_.size()) {
        by_epoch_.assign(curve.size(), {});
        ends_.clear();
    }
    for (std::size_t i = 0; i < curve.size(); ++i) by_epoch_[i].push_back(curve[i]);
    ends_.push_back(end);
}

std::optional<Line> LearningCurves::after(std::size_t epochs) const {
    if (epochs == 0 || epochs > by_epoch_.size()) return std::nullopt;
    return line_through(by_epoch_[epochs - 1], ends_);
}

}  // namespace hwnas
