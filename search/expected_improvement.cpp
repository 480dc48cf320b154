#include "search/expected_improvement.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace hwnas {
namespace {

double normal_cdf(double x) { return 0.5 * std::erfc(-x * std::numbers::sqrt2 / 2); }
double normal_density(double x) { return std::exp(-x * x / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2; }

}  // namespace

double Outcome::at(double level) const {
    const double z = mean + level * deviation;
    return exponential ? std::exp(z) - shift : z;
}

double Outcome::expected_below(double bound) const {
    if (!exponential) {
        if (deviation <= 0) return std::max(0.0, bound - mean);
        const double u = (bound - mean) / deviation;
        return std::max(0.0, (bound - mean) * normal_cdf(u) + deviation * normal_density(u));
    }
    const double positive = bound + shift;
    if (positive <= 0) return 0;
    if (deviation <= 0) return std::max(0.0, positive - std::exp(mean));
    const double u = (std::log(positive) - mean) / deviation;
    if (u < -8) return 0;
    const double expected = std::exp(mean + deviation * deviation / 2);
    return std::max(0.0, positive * normal_cdf(u) - expected * normal_cdf(u - deviation));
}

ExpectedImprovement::ExpectedImprovement(std::vector<Point> front, Point worst) : worst_(std::move(worst)) {
    if (worst_.empty()) throw std::invalid_argument("an improvement of no axes");
    for (auto& point : front) {
        if (point.size() != worst_.size())
            throw std::invalid_argument("a front of " + std::to_string(point.size()) + " axes and a corner of " +
                                        std::to_string(worst_.size()));
        bool inside = true;
        for (std::size_t i = 0; i < point.size(); ++i) inside = inside && point[i] < worst_[i];
        if (inside) front_.push_back(std::move(point));
    }
    std::sort(front_.begin(), front_.end(), [two = worst_.size() == 2](const Point& a, const Point& b) {
        return two ? a.front() < b.front() : a.back() < b.back();
    });
}

double ExpectedImprovement::operator()(std::span<const double> known, const Outcome& last) const {
    if (known.size() + 1 != worst_.size())
        throw std::invalid_argument(std::to_string(known.size()) + " known axes of " + std::to_string(worst_.size()));
    for (std::size_t i = 0; i < known.size(); ++i)
        if (!(known[i] < worst_[i])) return 0;
    if (known.empty()) return last.expected_below(front_.empty() ? worst_[0] : front_.front()[0]);
    return known.size() == 1 ? in_two(known[0], last) : in_many(known, last);
}

double ExpectedImprovement::in_two(double known, const Outcome& last) const {
    // Strips of the staircase behind `known`, each as high as the best point before it.
    auto next = std::upper_bound(front_.begin(), front_.end(), known,
                                 [](double value, const Point& point) { return value < point[0]; });
    double height = next == front_.begin() ? worst_[1] : (next - 1)->back();
    double from = known;
    double sum = 0;
    for (; next != front_.end(); ++next) {
        const double gain = last.expected_below(height);
        // Lower strips can only give less.
        if (gain <= 0) return sum;
        sum += ((*next)[0] - from) * gain;
        from = (*next)[0];
        height = (*next)[1];
    }
    return sum + (worst_[0] - from) * last.expected_below(height);
}

double ExpectedImprovement::in_many(std::span<const double> known, const Outcome& last) const {
    const std::size_t axes = known.size();
    const Point corner(worst_.begin(), worst_.end() - 1);
    double whole = 1;
    for (std::size_t i = 0; i < axes; ++i) whole *= corner[i] - known[i];
    double open = whole;  // of what lies behind `known`, what no point as good as the height covers
    double sum = 0;
    double below = 0;  // expected_below at the last height
    std::vector<Point> covering;
    for (const auto& point : front_) {
        Point pulled(axes);
        bool covers_all = true;
        for (std::size_t i = 0; i < axes; ++i) {
            pulled[i] = std::max(point[i], known[i]);
            covers_all = covers_all && point[i] <= known[i];
        }
        const double here = last.expected_below(point.back());
        sum += open * (here - below);
        below = here;
        if (covers_all) return sum;
        const bool known_already = std::any_of(covering.begin(), covering.end(), [&](const Point& other) {
            for (std::size_t i = 0; i < axes; ++i)
                if (other[i] > pulled[i]) return false;
            return true;
        });
        if (known_already) continue;
        std::erase_if(covering, [&](const Point& other) {
            for (std::size_t i = 0; i < axes; ++i)
                if (pulled[i] > other[i]) return false;
            return true;
        });
        covering.push_back(std::move(pulled));
        open = whole - hypervolume(covering, corner);
    }
    return sum + open * (last.expected_below(worst_.back()) - below);
}

}  // namespace hwnas
