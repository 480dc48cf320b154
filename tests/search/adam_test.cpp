#include "search/adam.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace hwnas;

TEST_CASE("Adam's first step has the length of its rate whatever the slope") {
    Adam adam(3, 0.1);
    std::vector<double> parameters{1, 1, 1};
    adam.step(parameters, {5, -0.01, 0});
    CHECK(parameters[0] == Approx(0.9));
    CHECK(parameters[1] == Approx(1.1));
    CHECK(parameters[2] == 1);
}

TEST_CASE("Adam's second step is the paper's") {
    Adam adam(1, 0.1);
    std::vector<double> parameters{0};
    adam.step(parameters, {1});
    adam.step(parameters, {2});
    // Means 0.29 / 0.19 and 0.004999 / 0.001999, corrected for their start.
    CHECK(parameters[0] == Approx(-0.1 - 0.1 * (0.29 / 0.19) / std::sqrt(0.004999 / 0.001999)));
}

TEST_CASE("Adam finds the bottom of a bowl") {
    Adam adam(2, 0.05);
    std::vector<double> at{3, -2};
    for (int step = 0; step < 1000; ++step) adam.step(at, {2 * (at[0] - 1), 20 * (at[1] - 0.5)});
    CHECK(at[0] == Approx(1).margin(1e-3));
    CHECK(at[1] == Approx(0.5).margin(1e-3));
}
