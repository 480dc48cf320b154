#include "search/front_order.h"

#include <catch2/catch.hpp>

#include "core/rng.h"

using namespace hwnas;

namespace {

using Order = std::vector<std::size_t>;

/// Rank by rank, by the definition.
std::vector<std::size_t> ranks_of(const std::vector<Point>& points) {
    std::vector<std::size_t> ranks(points.size(), points.size());
    std::size_t left = points.size();
    for (std::size_t rank = 0; left > 0; ++rank) {
        Order front;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (ranks[i] < rank) continue;
            bool dominated = false;
            for (std::size_t j = 0; j < points.size(); ++j)
                dominated = dominated || (ranks[j] >= rank && dominates(points[j], points[i]));
            if (!dominated) front.push_back(i);
        }
        for (const auto i : front) ranks[i] = rank;
        left -= front.size();
    }
    return ranks;
}

}  // namespace

TEST_CASE("One front comes after the other") {
    // Fronts {(1,3), (3,1)}, {(2,4), (4,2)}, {(5,5)}.
    const std::vector<Point> points{{5, 5}, {4, 2}, {3, 1}, {2, 4}, {1, 3}};
    CHECK(front_order(points, 5) == Order{4, 2, 3, 1, 0});
    CHECK(front_order(points, 3) == Order{4, 2, 3});
}

TEST_CASE("Inside a front the order goes over it: an end, the other end, then what is farthest from both") {
    // Of extents 8 and 8: from (0,8) and (8,0), the farthest of the rest is (4,4), then (2,6) before (6,2).
    const std::vector<Point> points{{2, 6}, {4, 4}, {0, 8}, {6, 2}, {8, 0}};
    CHECK(front_order(points, 5) == Order{2, 4, 1, 0, 3});
}

TEST_CASE("Axes count by their extent, not by their unit") {
    // With the second axis a thousand times as wide (2, 6000) and (6, 2000) are where they were.
    const std::vector<Point> points{{2, 6000}, {4, 4000}, {0, 8000}, {6, 2000}, {8, 0}};
    CHECK(front_order(points, 3) == Order{2, 4, 1});
}

TEST_CASE("One axis is an order from the least") {
    const std::vector<Point> points{{3}, {1}, {2}, {1}};
    CHECK(front_order(points, 4) == Order{1, 3, 2, 0});
}

TEST_CASE("Equal points keep their order, and a smaller order is the beginning of a larger one") {
    const std::vector<Point> equal(4, Point{1, 1});
    CHECK(front_order(equal, 3) == Order{0, 1, 2});
    CHECK(front_order({}, 3).empty());
    CHECK(front_order(equal, 0).empty());
}

TEST_CASE("Ranks never fall along the order, whatever the number of axes") {
    Rng rng(4);
    for (const std::size_t axes : {1U, 2U, 3U, 4U}) {
        std::vector<Point> points;
        for (int i = 0; i < 120; ++i) {
            Point point;
            for (std::size_t axis = 0; axis < axes; ++axis) point.push_back(static_cast<double>(rng.below(12)));
            points.push_back(std::move(point));
        }
        const auto ranks = ranks_of(points);
        const auto order = front_order(points, points.size());
        REQUIRE(order.size() == points.size());
        for (std::size_t i = 1; i < order.size(); ++i) CHECK(ranks[order[i - 1]] <= ranks[order[i]]);
        const auto some = front_order(points, 17);
        CHECK(some == Order(order.begin(), order.begin() + 17));
    }
}
