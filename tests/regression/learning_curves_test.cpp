#include "regression/learning_curves.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/rng.h"

using namespace hwnas;

TEST_CASE("a line through pairs has the closed form's slope, deviation and bound") {
    // R: x <- 1:5; y <- c(2.1, 3.9, 6.2, 7.8, 10.1); lm(y ~ x);
    // predict(lm(y ~ x), data.frame(x = 6), interval = "prediction", level = 0.9)
    const auto line = line_through({1, 2, 3, 4, 5}, {2.1, 3.9, 6.2, 7.8, 10.1});
    REQUIRE(line);
    CHECK(line->slope == Approx(1.99));
    CHECK(line->intercept == Approx(0.05));
    CHECK(line->deviation == Approx(std::sqrt(0.107 / 3)));
    CHECK(line->at(6) == Approx(11.99));
    // 2.353363 is Student's 95 % quantile at 3 degrees of freedom, as tables have it.
    CHECK(line->upper(6, 0.95) ==
          Approx(11.99 + 2.353363 * std::sqrt(0.107 / 3) * std::sqrt(1 + 1.0 / 5 + 9.0 / 10)).epsilon(1e-6));
}

TEST_CASE("there is no line through two pairs, or where all are at one place") {
    CHECK_FALSE(line_through({1, 2}, {1, 2}));
    CHECK_FALSE(line_through({3, 3, 3, 3}, {1, 2, 3, 4}));
}

TEST_CASE("beyond the place from where on a bound is below a figure it is, before it is not") {
    const auto line = line_through({1, 2, 3, 4, 5, 6}, {10.1, 8.9, 8.2, 6.8, 6.1, 5.0});
    REQUIRE(line);
    for (const double figure : {12.0, 7.0, 0.0, -40.0}) {
        const auto from = line->surely_below(figure, 0.95);
        REQUIRE(from);
        CAPTURE(figure, *from);
        CHECK(line->upper(*from + 1e-6, 0.95) < figure);
        CHECK(line->upper(*from + 50, 0.95) < figure);
        CHECK(line->upper(*from - 1e-6, 0.95) >= figure);
    }
}

TEST_CASE("a line that may as well be level says of no place that its bound stays below") {
    CHECK_FALSE(line_through({1, 2, 3, 4}, {5, 1, 6, 2})->surely_below(0, 0.95));
    CHECK_FALSE(line_through({1, 2, 3, 4}, {1, 2, 3, 4.1})->surely_below(0, 0.95));  // it rises
}

TEST_CASE("what is foretold of a training holds as often as it says") {
    Rng rng(5);
    int above = 0, rounds = 4000;
    for (int round = 0; round < rounds; ++round) {
        LearningCurves curves;
        const auto training = [&] {
            const double loss = 1 + 0.2 * rng.normal();
            return std::pair{loss, 90 - 5 * loss + 0.5 * rng.normal()};
        };
        for (int i = 0; i < 12; ++i) {
            const auto [loss, end] = training();
            curves.add({loss, loss / 2}, end);
        }
        const auto [loss, end] = training();
        above += end > curves.after(1)->upper(loss, 0.95) ? 1 : 0;
    }
    const double share = static_cast<double>(above) / rounds;
    CHECK(share == Approx(0.05).margin(0.012));  // 3.5 deviations of a count of 4000
}

TEST_CASE("curves of other trainings than the longest count nothing, nor what is not finite") {
    LearningCurves curves;
    curves.add({1.0}, 50);
    curves.add({2.0, 1.0}, 60);
    curves.add({2.5, 1.2}, 58);
    curves.add({9.0}, 99);
    curves.add({std::nan(""), 1.0}, 60);
    curves.add({}, 1);
    CHECK(curves.epochs() == 2);
    CHECK(curves.count() == 2);
    CHECK_FALSE(curves.after(1));
    curves.add({3.0, 1.3}, 56);
    REQUIRE(curves.after(2));
    CHECK(curves.after(2)->count == 3);
    CHECK_FALSE(curves.after(0));
    CHECK_FALSE(curves.after(3));
}
