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
