#include <algorithm>
#include <stdexcept>

#include "search/pareto_front.h"

namespace hwnas {
namespace {

/// Both below work on the first `axes` coordinates of the points alone.
bool covers(const Point& a, const Point& b, std::size_t axes) {
    for (std::size_t i = 0; i < axes; ++i)
        if (a[i] > b[i]) return false;
    return true;
}

double sweep(std::vector<Point>& points, const Point& reference) {
    std::sort(points.begin(), points.end());
    double volume = 0;
    double height = reference[1];
    for (const auto& point : points) {
        if (point[1] >= height) continue;
        volume += (reference[0] - point[0]) * (height - point[1]);
        height = point[1];
    }
    return volume;
}

/// The area that points of two axes cover, kept while points come in.
class Staircase {
public:
    Staircase(double x_end, double y_end) : x_end_(x_end), y_end_(y_end) {}

    void insert(double x, double y) {
        // Steps ascend in x and descend in y.
        auto first = std::lower_bound(steps_.begin(), steps_.end(), x,
                                      [](const Step& step, double value) { return step.x < value; });
        const double before = first == steps_.begin() ? y_end_ : (first - 1)->y;
        if (before <= y || (first != steps_.end() && first->x == x && first->y <= y)) return;
        // What lies over the new step, as far as it is lower than the old ones.
        auto last = first;
        double from = x;
        double height = before;
        for (; last != steps_.end() && last->y >= y; ++last) {
            area_ += (last->x - from) * (height - y);
            from = last->x;
            height = last->y;
        }
        area_ += ((last == steps_.end() ? x_end_ : last->x) - from) * (height - y);
        if (last == first) {
            steps_.insert(first, {x, y});
        } else {
            *first = {x, y};
            steps_.erase(first + 1, last);
        }
    }
    [[nodiscard]] double area() const { return area_; }

private:
    struct Step {
        double x, y;
    };
    double x_end_;
    double y_end_;
    double area_ = 0;
    std::vector<Step> steps_;
};

double sweep_of_areas(std::vector<Point>& points, const Point& reference) {
    std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a[2] < b[2]; });
    Staircase covered(reference[0], reference[1]);
    double volume = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        covered.insert(points[i][0], points[i][1]);
        const double end = i + 1 < points.size() ? points[i + 1][2] : reference[2];
        volume += covered.area() * (end - points[i][2]);
    }
    return volume;
}

double volume_of(std::vector<Point>& points, const Point& reference, std::size_t axes);

/// What `point` covers and none of the `others` does.
double exclusive_volume(const Point& point, std::span<const Point> others, const Point& reference, std::size_t axes) {
    double inclusive = 1;
    for (std::size_t i = 0; i < axes; ++i) inclusive *= reference[i] - point[i];
    // What the others share with the point: each of them, pulled into its box.
    std::vector<Point> shared;
    for (const auto& other : others) {
        Point limited(axes);
        for (std::size_t i = 0; i < axes; ++i) limited[i] = std::max(point[i], other[i]);
        const bool known =
            std::any_of(shared.begin(), shared.end(), [&](const Point& kept) { return covers(kept, limited, axes); });
        if (known) continue;
        std::erase_if(shared, [&](const Point& kept) { return covers(limited, kept, axes); });
        shared.push_back(std::move(limited));
    }
    return inclusive - volume_of(shared, reference, axes);
}

double volume_of(std::vector<Point>& points, const Point& reference, std::size_t axes) {
    if (points.empty()) return 0;
    if (axes == 1) {
        double least = reference[0];
        for (const auto& point : points) least = std::min(least, point[0]);
        return reference[0] - least;
    }
    if (axes == 2) return sweep(points, reference);
    if (axes == 3) return sweep_of_areas(points, reference);
    // Each point is taken behind those that are better on the last axis. Along
    // that axis it is then covered by them wholly or not at all, so what it adds
    // is a slice: one axis less to look at.
    const std::size_t last = axes - 1;
    std::sort(points.begin(), points.end(), [last](const Point& a, const Point& b) { return a[last] < b[last]; });
    double volume = 0;
    for (std::size_t i = 0; i < points.size(); ++i)
        volume += (reference[last] - points[i][last]) *
                  exclusive_volume(points[i], std::span(points).first(i), reference, last);
    return volume;
}

}  // namespace

double hypervolume(std::span<const Point> points, const Point& reference) {
    std::vector<Point> inside;
    for (const auto& point : points) {
        if (point.size() != reference.size())
            throw std::invalid_argument("a point of " + std::to_string(point.size()) + " axes and a reference of " +
                                        std::to_string(reference.size()));
        bool counts = true;
        for (std::size_t i = 0; i < point.size(); ++i) counts = counts && point[i] < reference[i];
        if (counts) inside.push_back(point);
    }
    if (reference.empty()) return 0;
    return volume_of(inside, reference, reference.size());
}

}  // namespace hwnas
