#include "search/rung_figures.h"

#include <catch2/catch.hpp>

using namespace hwnas;

TEST_CASE("A figure is moved by the mean of what networks gained from its rung to the top") {
    RungFigures figures(3);
    figures.add(0, {1}, {-50, 1});
    figures.add(0, {2}, {-40, 2});
    figures.add(0, {3}, {-30, 3});
    figures.settle();
    CHECK_FALSE(figures.reaches_top());
    CHECK(figures.whole({1}) == Point{-50, 1});
    // Gains of 8 and 12, then of 5; the second axis is the same everywhere.
    figures.add(1, {1}, {-58, 1});
    figures.add(1, {2}, {-52, 2});
    figures.settle();
    CHECK_FALSE(figures.reaches_top());
    CHECK(figures.whole({3}) == Point{-40, 3});
    figures.add(2, {1}, {-63, 1});
    CHECK(figures.whole({3}) == Point{-40, 3});  // as they were settled
    figures.settle();
    CHECK(figures.reaches_top());
    CHECK(figures.whole({3}) == Point{-45, 3});
    CHECK(figures.whole({2}) == Point{-57, 2});
    CHECK(figures.whole({1}) == Point{-63, 1});
    CHECK_FALSE(figures.whole({4}));
}

TEST_CASE("Several evaluations on a rung are their mean") {
    RungFigures figures(2);
    figures.add(0, {1}, {4});
    figures.add(0, {1}, {8});
    CHECK(figures.whole({1}) == Point{6});
}
