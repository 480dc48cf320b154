#include "search/expected_improvement.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/rng.h"

using namespace hwnas;

namespace {

/// What the hypervolume grows by, by the hypervolumes themselves, averaged over the outcome by
/// the trapezoidal rule in the normal variable.
double by_integration(const std::vector<Point>& front, const Point& worst, const Point& known, const Outcome& last) {
    constexpr int steps = 4000;
    const double before = hypervolume(front, worst);
    double sum = 0;
    for (int i = 0; i <= steps; ++i) {
        const double u = -8 + 16.0 * i / steps;
        const double z = last.mean + u * last.deviation;
        Point point = known;
        point.push_back(last.exponential ? std::exp(z) - last.shift : z);
        auto with = front;
        with.push_back(std::move(point));
        const double weight = std::exp(-u * u / 2) / std::sqrt(2 * std::numbers::pi) * 16 / steps;
        sum += weight * (hypervolume(with, worst) - before);
    }
    return sum;
}

std::vector<Point> random_front(std::size_t axes, std::size_t points, Rng& rng) {
    ParetoFront front;
    for (std::size_t i = 0; i < points; ++i) {
        Point point;
        for (std::size_t axis = 0; axis < axes; ++axis) point.push_back(1 + 4 * rng.uniform());
        front.insert(point, 0);
    }
    std::vector<Point> all;
    for (const auto& entry : front.entries()) all.push_back(entry.point);
    return all;
}

}  // namespace

TEST_CASE("the expected improvement is the hypervolume's, integrated over what is not known") {
    Rng rng(1);
    for (const std::size_t axes : {1U, 2U, 3U, 4U})
        for (int i = 0; i < 12; ++i) {
            const auto front = random_front(axes, i % 4 == 0 ? 0 : 8, rng);
            const Point worst(axes, 4.5);
            Point known;
            for (std::size_t axis = 0; axis + 1 < axes; ++axis) known.push_back(0.5 + 4.5 * rng.uniform());
            Outcome last{2 + 2 * rng.uniform(), 0.1 + rng.uniform(), i % 2 == 0, 0};
            if (last.exponential) last = {std::log(last.mean), 0.2 + 0.3 * rng.uniform(), true, rng.uniform()};
            CAPTURE(axes, i, last.exponential);
            const ExpectedImprovement improvement(front, worst);
            CHECK(improvement(known, last) ==
                  Approx(by_integration(front, worst, known, last)).epsilon(2e-3).margin(1e-5));
        }
}

TEST_CASE("what is certain improves by what it adds, and nothing outside the box") {
    const ExpectedImprovement improvement({{1, 3}, {2, 2}}, {4, 4});
    CHECK(improvement(std::vector<double>{1.5}, {2.5, 0, false, 0}) == Approx(0.5 * 0.5));
    CHECK(improvement(std::vector<double>{3}, {1, 0, false, 0}) == Approx(1));
    CHECK(improvement(std::vector<double>{4}, {1, 0.5, false, 0}) == 0);
    CHECK(improvement(std::vector<double>{3}, {2, 0, false, 0}) == 0);
    CHECK_THROWS_AS(improvement(std::vector<double>{1, 2}, {}), std::invalid_argument);
    CHECK_THROWS_AS(ExpectedImprovement({{1, 2, 3}}, {4, 4}), std::invalid_argument);
}
