#include "search/exact/front_corners.h"

#include <algorithm>

namespace hwnas {
namespace {

bool strictly_below(const Point& a, const Point& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] >= b[i]) return false;
    return true;
}

bool nowhere_above(const Point& a, const Point& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] > b[i]) return false;
    return true;
}

std::vector<Point> staircase_corners(std::vector<Point> front, const Point& box) {
    std::sort(front.begin(), front.end());
    std::vector<Point> corners;
    double height = box[1];
    for (const auto& point : front) {
        corners.push_back({point[0], height});
        height = point[1];
    }
    corners.push_back({box[0], height});
    return corners;
}

/// Replaces the corners above a point by those that it leaves of them.
void cut(std::vector<Point>& corners, const Point& point) {
    std::vector<Point> above;
    std::erase_if(corners, [&](const Point& corner) {
        if (!strictly_below(point, corner)) return false;
        above.push_back(corner);
        return true;
    });
    std::vector<Point> made;
    for (const auto& corner : above)
        for (std::size_t i = 0; i < point.size(); ++i) {
            made.push_back(corner);
            made.back()[i] = point[i];
        }
    for (const auto& corner : made) {
        const auto holds = [&](const Point& other) { return nowhere_above(corner, other); };
        if (std::any_of(corners.begin(), corners.end(), holds)) continue;
        std::erase_if(corners, [&](const Point& other) { return nowhere_above(other, corner); });
        corners.push_back(corner);
    }
}

}  // namespace

std::vector<Point> front_corners(std::span<const Point> front, const Point& box) {
    if (box.size() == 2) return staircase_corners({front.begin(), front.end()}, box);
    std::vector<Point> corners{box};
    for (const auto& point : front) cut(corners, point);
    return corners;
}

}  // namespace hwnas
