#include "search/objective.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace hwnas;

TEST_CASE("A limit holds at its bounds and not beyond them") {
    const std::vector<Limit> limits{{"latency", "ms", 1.0, 2.0}};
    CHECK(meets(limits, {{"latency", 1.0}}));
    CHECK(meets(limits, {{"latency", 2.0}}));
    CHECK_FALSE(meets(limits, {{"latency", std::nextafter(1.0, 0.0)}}));
    CHECK_FALSE(meets(limits, {{"latency", std::nextafter(2.0, 3.0)}}));
}

TEST_CASE("A missing figure and one that is not a number meet no limit") {
    const std::vector<Limit> limits{{"energy", "mJ", {}, 2.0}};
    CHECK_FALSE(meets(limits, {{"latency", 1.0}}));
    CHECK_FALSE(meets(limits, {{"energy", std::nan("")}}));
    CHECK(meets({}, {}));
}

TEST_CASE("All limits must be met") {
    const std::vector<Limit> limits{{"a", "ms", {}, 2.0}, {"b", "ms", 5.0, {}}};
    CHECK(meets(limits, {{"a", 1.0}, {"b", 6.0}}));
    CHECK_FALSE(meets(limits, {{"a", 3.0}, {"b", 6.0}}));
    CHECK_FALSE(meets(limits, {{"a", 1.0}, {"b", 4.0}}));
}

TEST_CASE("Directions have the names that jobs use") {
    CHECK(to_string(Direction::minimize) == "minimize");
    CHECK(to_string(Direction::maximize) == "maximize");
}
