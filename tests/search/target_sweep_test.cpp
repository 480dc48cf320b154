#include "search/target_sweep.h"

#include <catch2/catch.hpp>

#include "made_problem.h"

using namespace hwnas;
using namespace hwnas::test;

TEST_CASE("The reach of a figure without interactions is exact") {
    const MadeProblem made(small_space());
    const auto reach = reach_of(made.problem.known.at("latency@made"), *made.problem.feasible, 5);
    CHECK(reach.least == Approx(1));
    CHECK(reach.most == Approx(4));
}

TEST_CASE("The reach keeps to the feasible set") {
    MadeProblem made(small_space());
    const auto& parameters = made.problem.known.at("parameters");
    const double least = made.parameters().least().value;
    made.limit_parameters(1.5 * least);
    const auto reach = reach_of(parameters, *made.problem.feasible, 5);
    CHECK(reach.least == Approx(least));
    CHECK(reach.most <= 1.5 * least);
    CHECK(reach.most > 1.3 * least);
}

TEST_CASE("Targets cut a range into equal ratios and end with it") {
    const auto targets = spaced_targets({1, 16}, 4);
    REQUIRE(targets.size() == 4);
    CHECK(targets[0] == Approx(2));
    CHECK(targets[1] == Approx(4));
    CHECK(targets[2] == Approx(8));
    CHECK(targets[3] == 16);
    const auto across_zero = spaced_targets({0, 10}, 2);
    CHECK(across_zero == std::vector<double>{5, 10});
}
