#include "regression/agreement.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/rng.h"

using namespace hwnas;

namespace {

using Values = std::vector<double>;

/// Tau-b as it is defined, over all pairs.
double tau_over_pairs(const Values& a, const Values& b) {
    double sum = 0;
    double differ_a = 0;
    double differ_b = 0;
    const auto sign = [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; };
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            sum += sign(a[i] - a[j]) * sign(b[i] - b[j]);
            differ_a += std::abs(sign(a[i] - a[j]));
            differ_b += std::abs(sign(b[i] - b[j]));
        }
    return sum / std::sqrt(differ_a * differ_b);
}

}  // namespace

TEST_CASE("errors are relative, in percent, and within 5 and 10 percent counted") {
    const auto figures = agreement({1.04, 1.92, 4.6, 8}, {1, 2, 4, 8});
    CHECK(figures.count == 4);
    CHECK(figures.mean_error_percent == Approx((4 + 4 + 15 + 0) / 4.0));
    CHECK(figures.within_5_percent == Approx(0.75));
    CHECK(figures.within_10_percent == Approx(0.75));
    // SSE .0016 + .0064 + .36, SST around 3.75: 7.5625 + 3.0625 + .0625 + 18.0625.
    CHECK(figures.r2 == Approx(1 - 0.368 / 28.75));
    CHECK(figures.kendall_tau == Approx(1));
    CHECK(figures.spearman == Approx(1));
    CHECK(agreement({-1.1}, {-1}).mean_error_percent == Approx(10));
}

TEST_CASE("what a measurement of zero and equal measurements mean is stated") {
    CHECK(agreement({0, 1}, {0, 1}).mean_error_percent == 0);
    CHECK(std::isinf(agreement({0.1, 1}, {0, 1}).mean_error_percent));
    const auto equal = agreement({1, 2}, {3, 3});
    CHECK(std::isnan(equal.r2));
    CHECK(std::isnan(equal.kendall_tau));
    CHECK(std::isnan(equal.spearman));
    CHECK(std::isnan(agreement({3, 3}, {1, 2}).kendall_tau));
    const auto nothing = agreement({}, {});
    CHECK(nothing.count == 0);
    CHECK(std::isnan(nothing.mean_error_percent));
    CHECK(std::isnan(nothing.within_5_percent));
    CHECK_THROWS_AS(agreement({1}, {1, 2}), std::invalid_argument);
    CHECK_THROWS_AS(agreement({std::numeric_limits<double>::quiet_NaN()}, {1}), std::invalid_argument);
    CHECK_THROWS_AS(kendall_tau({1}, {1, 2}), std::invalid_argument);
    CHECK_THROWS_AS(spearman({1}, {1, 2}), std::invalid_argument);
}

TEST_CASE("rank correlations have their closed forms, ties corrected") {
    // 10 pairs, of which (1, 2) and (3, 4) and (4, 5) are turned around.
    const Values a{1, 2, 3, 4, 5};
    const Values b{2, 1, 5, 4, 3};
    CHECK(kendall_tau(a, b) == Approx((10 - 2 * 4) / 10.0));
    CHECK(spearman(a, b) == Approx(1 - 6.0 * (1 + 1 + 4 + 0 + 4) / (5 * 24)));
    CHECK(kendall_tau(a, {5, 4, 3, 2, 1}) == Approx(-1));
    CHECK(spearman(a, {5, 4, 3, 2, 1}) == Approx(-1));
    // The example of Kendall's "The treatment of ties": 12, 2, 1, 12, 2 against 1, 4, 7, 1, 0 has 2 concordant and
    // 6 discordant pairs, and 8 and 9 that are not tied.
    CHECK(kendall_tau({12, 2, 1, 12, 2}, {1, 4, 7, 1, 0}) == Approx(-4 / std::sqrt(72.0)));
    // Ranks 4.5, 2.5, 1, 4.5, 2.5 and 2.5, 4, 5, 2.5, 1: products -5 in sum, squares 9 and 9.5.
    CHECK(spearman({12, 2, 1, 12, 2}, {1, 4, 7, 1, 0}) == Approx(-5 / std::sqrt(9 * 9.5)));
}

TEST_CASE("Kendall's tau by sorting is that over all pairs, with few and with many ties") {
    Rng rng(3);
    for (const std::uint64_t values : {2, 5, 40, 1000000})
        for (const std::size_t size : {2, 3, 7, 64, 129}) {
            Values a{0, 1};
            Values b{1, 0};
            while (a.size() < size) {
                a.push_back(static_cast<double>(rng.below(values)));
                b.push_back(0.5 * a.back() + static_cast<double>(rng.below(values)));
            }
            CHECK(kendall_tau(a, b) == Approx(tau_over_pairs(a, b)).margin(1e-12));
        }
}

TEST_CASE("a million pairs are compared in seconds", "[long]") {
    Rng rng(4);
    Values a;
    Values b;
    for (int i = 0; i < 1000000; ++i) {
        a.push_back(1 + rng.uniform());
        b.push_back(a.back() + 0.1 * rng.uniform());
    }
    const auto figures = agreement(a, b);
    CHECK(figures.kendall_tau > 0.9);
    CHECK(figures.spearman > figures.kendall_tau);
}
