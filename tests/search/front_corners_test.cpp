#include "search/exact/front_corners.h"

#include <catch2/catch.hpp>

#include "core/rng.h"

using namespace hwnas;

namespace {

bool strictly_below(const Point& a, const Point& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] >= b[i]) return false;
    return true;
}

bool no_worse(const Point& a, const Point& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] > b[i]) return false;
    return true;
}

}  // namespace

TEST_CASE("what lies below a corner is what no point of the front covers") {
    Rng rng(1);
    for (int round = 0; round < 60; ++round) {
        const std::size_t axes = 1 + static_cast<std::size_t>(round) % 4;
        const Point box(axes, 8.5);
        ParetoFront front;
        const auto drawn = [&] {
            Point point;
            for (std::size_t i = 0; i < axes; ++i) point.push_back(static_cast<double>(rng.below(8)));
            return point;
        };
        for (int i = 0; i < round; ++i) (void)front.insert(drawn(), i);
        std::vector<Point> points;
        for (const auto& entry : front.entries()) points.push_back(entry.point);
        const auto corners = front_corners(points, box);
        for (int i = 0; i < 50; ++i) {
            auto point = drawn();
            for (auto& value : point) value += 0.25 - 0.5 * static_cast<double>(rng.below(2));
            bool covered = false;
            for (const auto& other : points) covered = covered || no_worse(other, point);
            bool below = false;
            for (const auto& corner : corners) below = below || strictly_below(point, corner);
            CHECK(covered != below);
        }
        for (const auto& a : corners)
            for (const auto& b : corners) CHECK((&a == &b || !no_worse(a, b)));
    }
}
