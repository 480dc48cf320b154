#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

#include "core/rng.h"
#include "search/pareto_front.h"

using namespace hwnas;

namespace {

/// Volume of a union of boxes by inclusion and exclusion over all subsets.
double volume_by_subsets(const std::vector<Point>& points, const Point& reference) {
    double volume = 0;
    for (std::size_t subset = 1; subset < (std::size_t{1} << points.size()); ++subset) {
        Point corner(reference.size(), -1e300);
        int members = 0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if ((subset >> i & 1U) == 0) continue;
            ++members;
            for (std::size_t k = 0; k < corner.size(); ++k) corner[k] = std::max(corner[k], points[i][k]);
        }
        double box = members % 2 == 1 ? 1 : -1;
        for (std::size_t k = 0; k < corner.size(); ++k) box *= std::max(0.0, reference[k] - corner[k]);
        volume += box;
    }
    return volume;
}

}  // namespace

TEST_CASE("Hypervolume agrees with inclusion and exclusion, ties and outsiders included") {
    Rng rng(11);
    for (std::size_t axes = 1; axes <= 5; ++axes) {
        const Point reference(axes, 10.0);
        for (int repeat = 0; repeat < 20; ++repeat) {
            std::vector<Point> points(1 + rng.below(9), Point(axes));
            for (auto& point : points)
                for (auto& coordinate : point)
                    coordinate = repeat % 2 == 0 ? static_cast<double>(rng.below(12)) : 12 * rng.uniform();
            points.push_back(points.front());
            CAPTURE(axes, repeat);
            CHECK(hypervolume(points, reference) ==
                  Approx(volume_by_subsets(points, reference)).epsilon(1e-10).margin(1e-7));
        }
    }
}

TEST_CASE("Hypervolume of simple sets is known") {
    CHECK(hypervolume({}, {1, 1}) == 0);
    CHECK(hypervolume(std::vector<Point>{{0, 0}}, {2, 3}) == 6);
    CHECK(hypervolume(std::vector<Point>{{0, 1}, {1, 0}}, {2, 2}) == 3);
    CHECK(hypervolume(std::vector<Point>{{0, 0, 0, 0}}, {1, 2, 3, 4}) == 24);
    CHECK(hypervolume(std::vector<Point>{{-1}, {0.5}}, {1}) == 2);
}

TEST_CASE("A staircase's hypervolume has a closed form") {
    // n points (i, n - 1 - i) under (n, n): n + (n - 1) + ... + 1.
    std::vector<Point> flat;
    const int n = 500;
    for (int i = 0; i < n; ++i) flat.push_back({double(i), double(n - 1 - i)});
    CHECK(hypervolume(flat, {n, n}) == n * (n + 1) / 2);

    // In three axes, all (i, j, k) with i + j + k = m - 1 under (m, m, m) leave out the
    // unit cubes whose corner sums to less: (m - 1) m (m + 1) / 6 of them.
    std::vector<Point> solid;
    const int m = 12;
    for (int i = 0; i < m; ++i)
        for (int j = 0; i + j < m; ++j) solid.push_back({double(i), double(j), double(m - 1 - i - j)});
    CHECK(hypervolume(solid, {m, m, m}) == Approx(m * m * m - (m - 1) * m * (m + 1) / 6));
}

TEST_CASE("Points on or beyond the reference count nothing") {
    const std::vector<Point> points{{0.5, 0.5, 0.5}, {1, 0, 0}, {0, 0, 2}, {std::nan(""), 0, 0}};
    CHECK(hypervolume(points, {1, 1, 1}) == Approx(0.125));
}

TEST_CASE("Dominated points and order change nothing") {
    Rng rng(3);
    for (const std::size_t axes : {2U, 3U, 4U}) {
        std::vector<Point> points(30, Point(axes));
        for (auto& point : points)
            for (auto& coordinate : point) coordinate = rng.uniform();
        ParetoFront front;
        for (const auto& point : points) front.insert(point, 0);
        std::vector<Point> alone;
        for (const auto& entry : front.entries()) alone.push_back(entry.point);
        REQUIRE(alone.size() < points.size());
        const double volume = hypervolume(points, Point(axes, 1.0));
        CHECK(hypervolume(alone, Point(axes, 1.0)) == Approx(volume));
        rng.shuffle(points);
        CHECK(hypervolume(points, Point(axes, 1.0)) == Approx(volume));
    }
}

TEST_CASE("A reference with another number of axes is refused") {
    CHECK_THROWS_AS(hypervolume(std::vector<Point>{{1, 2}}, {3, 3, 3}), std::invalid_argument);
}
