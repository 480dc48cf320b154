#include "search/pareto_front.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/rng.h"

using namespace hwnas;

namespace {

/// Points on a coarse grid, so that ties and duplicates are common.
std::vector<Point> grid_points(Rng& rng, std::size_t count, std::size_t axes, std::uint64_t steps) {
    std::vector<Point> points(count, Point(axes));
    for (auto& point : points)
        for (auto& coordinate : point) coordinate = static_cast<double>(rng.below(steps));
    return points;
}

/// Ids of the points that no other dominates, the first of equal ones alone.
std::vector<std::int64_t> front_by_force(const std::vector<Point>& points) {
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < points.size(); ++i) {
        bool kept = true;
        for (std::size_t j = 0; j < points.size(); ++j) {
            bool no_worse = true;
            for (std::size_t k = 0; k < points[i].size(); ++k) no_worse = no_worse && points[j][k] <= points[i][k];
            if (no_worse && (points[j] != points[i] || j < i)) kept = false;
        }
        if (kept) ids.push_back(static_cast<std::int64_t>(i));
    }
    return ids;
}

std::vector<std::int64_t> ids_of(const ParetoFront& front) {
    std::vector<std::int64_t> ids;
    for (const auto& entry : front.entries()) ids.push_back(entry.id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace

TEST_CASE("Domination asks for no worse everywhere and better somewhere") {
    CHECK(dominates(Point{1, 2}, Point{1, 3}));
    CHECK(dominates(Point{0, 2, 5}, Point{1, 3, 6}));
    CHECK_FALSE(dominates(Point{1, 2}, Point{1, 2}));
    CHECK_FALSE(dominates(Point{0, 4}, Point{1, 3}));
    CHECK_FALSE(dominates(Point{1, 3}, Point{1, 2}));
    CHECK_FALSE(dominates(Point{std::nan(""), 0}, Point{1, 1}));
}

TEST_CASE("The front is what comparing all pairs leaves, after every insertion") {
    Rng rng(7);
    for (const std::size_t axes : {1U, 2U, 3U, 4U}) {
        for (const std::uint64_t steps : {3U, 8U, 1000U}) {
            const auto points = grid_points(rng, 60, axes, steps);
            ParetoFront front;
            for (std::size_t i = 0; i < points.size(); ++i) {
                const auto id = static_cast<std::int64_t>(i);
                const bool entered = front.insert(points[i], id);
                const auto ids = ids_of(front);
                REQUIRE(ids == front_by_force({points.begin(), points.begin() + id + 1}));
                REQUIRE(entered == (std::find(ids.begin(), ids.end(), id) != ids.end()));
                REQUIRE(std::is_sorted(front.entries().begin(), front.entries().end(),
                                       [](const auto& a, const auto& b) { return a.point < b.point; }));
            }
        }
    }
}

TEST_CASE("The first of equal points keeps its place") {
    for (const Point& point : {Point{1, 2}, Point{1, 2, 3}}) {
        ParetoFront front;
        CHECK(front.insert(point, 10));
        CHECK_FALSE(front.insert(point, 11));
        REQUIRE(front.entries().size() == 1);
        CHECK(front.entries()[0].id == 10);
    }
}

TEST_CASE("A point with a coordinate that is not a number stays off the front") {
    ParetoFront front;
    CHECK_FALSE(front.insert({std::nan(""), 1}, 0));
    CHECK(front.insert({2, 2}, 1));
    CHECK_FALSE(front.insert({1, std::nan("")}, 2));
    CHECK(front.insert({1, std::numeric_limits<double>::infinity()}, 3));
    CHECK(front.entries().size() == 2);
}

TEST_CASE("A point with another number of axes is refused") {
    ParetoFront front;
    front.insert({1, 2}, 0);
    CHECK_THROWS_AS(front.insert({1, 2, 3}, 1), std::invalid_argument);
}
