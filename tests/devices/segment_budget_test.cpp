#include "devices/segment_budget.h"

#include <catch2/catch.hpp>

using namespace hwnas;
using Seconds = std::chrono::duration<double>;

TEST_CASE("segments are measured in batches until the time is over, the least number in any case") {
    const SegmentBudget budget{.least = 250};
    REQUIRE(budget.next({.known = 0, .missing = 1000, .left = Seconds(-5)}) == 100);
    REQUIRE(budget.next(
                {.known = 200, .missing = 800, .measured_now = 200, .spent = Seconds(9), .left = Seconds(-5)}) == 50);
    const auto then = [&](double left) {
        return budget.next(
            {.known = 250, .missing = 750, .measured_now = 250, .spent = Seconds(250), .left = Seconds(left)});
    };
    REQUIRE(then(-1) == 0);
    REQUIRE(then(0) == 0);
    REQUIRE(then(19) == 0);
    REQUIRE(then(50) == 50);
    REQUIRE(then(400) == 100);
    REQUIRE(then(751) == 750);
}

TEST_CASE("what was measured by an earlier run tells nothing of how long a segment takes") {
    const SegmentBudget budget{.least = 250};
    REQUIRE(budget.next({.known = 500, .missing = 500, .left = Seconds(1)}) == 100);
    REQUIRE(budget.next({.known = 990, .missing = 10, .left = Seconds(1)}) == 10);
}

TEST_CASE("a small space is measured at once, and a number that is asked for whatever the time") {
    REQUIRE(SegmentBudget{.least = 300}.next({.known = 0, .missing = 300}) == 300);
    REQUIRE(SegmentBudget{.least = 300}.next({.known = 20, .missing = 280}) == 280);
    const SegmentBudget asked{.exactly = 700};
    REQUIRE(asked.next({.known = 0, .missing = 1000, .left = Seconds(-1)}) == 100);
    REQUIRE(asked.next({.known = 650, .missing = 350, .left = Seconds(-1)}) == 50);
    REQUIRE(asked.next({.known = 700, .missing = 300, .left = Seconds(1000)}) == 0);
    REQUIRE(asked.next({.known = 0, .missing = 600}) == 600);
}
