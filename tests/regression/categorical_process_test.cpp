#include "regression/categorical_process.h"

#include <Eigen/Dense>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/rng.h"

using namespace hwnas;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

const std::vector<std::size_t> sizes{2, 3, 4, 3};

CategoricalChoices choices() {
    CategoricalChoices all;
    for (std::size_t i = 0; i < sizes.size(); ++i) all.similarities.push_back(value_similarity(sizes[i], i % 2 == 1));
    all.kinds = {7, 7, 7, 2};
    all.places = {0, 1, 1, 0};
    return all;
}

CategoricalPoints drawn(Index count, std::uint64_t seed) {
    Rng rng(seed);
    CategoricalPoints points;
    points.codes.resize(count, static_cast<Index>(sizes.size()));
    points.features.resize(count, 2);
    for (Index n = 0; n < count; ++n) {
        for (Index i = 0; i < points.codes.cols(); ++i)
            points.codes(n, i) = static_cast<std::uint8_t>(rng.below(sizes[static_cast<std::size_t>(i)]));
        for (Index f = 0; f < 2; ++f) points.features(n, f) = rng.normal();
    }
    return points;
}

AnovaKernel::Weights weights() {
    return {VectorXd{{0.5, 0.3, 0.2, 0.7}},
            VectorXd{{0.4, 0.6, 0.3, 0.2}},
            {0.8, 0.4, 0.25, 0.9, 0.7},
            {VectorXd{{0.6, 0.2}}, VectorXd{{0.35, 0.15}}}};
}

/// Additive, with a pair and a feature.
VectorXd truth(const CategoricalPoints& points) {
    VectorXd y(points.count());
    for (Index n = 0; n < y.size(); ++n)
        y[n] = 0.5 * points.codes(n, 1) - 0.7 * points.codes(n, 0) +
               (points.codes(n, 2) == 3 && points.codes(n, 3) == 1 ? 0.8 : 0.0) + 0.4 * points.features(n, 0);
    return y;
}

CategoricalPoints row_of(const CategoricalPoints& points, Index n) {
    return {points.codes.row(n), points.features.row(n)};
}

}  // namespace

TEST_CASE("similarities explain neither the constant nor more than their share") {
    for (const bool ordered : {false, true})
        for (const std::size_t values : {2U, 3U, 7U}) {
            const MatrixXd alike = value_similarity(values, ordered);
            CHECK(alike.rowwise().sum().norm() < 1e-12);
            CHECK(alike.trace() == Approx(static_cast<double>(values)));
            CHECK(Eigen::SelfAdjointEigenSolver<MatrixXd>(alike).eigenvalues().minCoeff() > -1e-12);
        }
    CHECK(value_similarity(1, true)(0, 0) == 0);
    const MatrixXd ordered = value_similarity(3, true);
    CHECK(ordered(0, 1) > ordered(0, 2));
}

TEST_CASE("the covariance is the sum over choices, pairs and triples that it stands for") {
    const auto points = drawn(6, 1);
    const auto other = drawn(5, 2);
    const AnovaKernel kernel(choices(), weights());
    const MatrixXd covariances = kernel(points, other);
    const auto w = weights();
    const auto given = choices();
    for (Index a = 0; a < 6; ++a)
        for (Index b = 0; b < 5; ++b) {
            std::array<double, 4> t{};
            std::array<double, 4> u{};
            double expected = AnovaKernel::constant;
            for (std::size_t i = 0; i < 4; ++i) {
                const auto choice = static_cast<Index>(i);
                const double alike = given.similarities[i](points.codes(a, choice), other.codes(b, choice));
                t[i] = w.importances[choice] * alike;
                u[i] = w.interactions[choice] * alike;
                expected += w.products.singles * t[i];
            }
            for (std::size_t i = 0; i < 4; ++i) {
                for (std::size_t j = i + 1; j < 4; ++j) {
                    expected += w.products.pairs * u[i] * u[j];
                    if (given.places[i] == given.places[j]) expected += w.products.same_place * t[i] * t[j];
                    if (given.kinds[i] == given.kinds[j]) expected += w.products.same_kind * t[i] * t[j];
                    for (std::size_t k = j + 1; k < 4; ++k) expected += w.products.triples * u[i] * u[j] * u[k];
                }
            }
            for (Index f = 0; f < 2; ++f) {
                const double away = points.features(a, f) - other.features(b, f);
                expected += w.features.line[f] * points.features(a, f) * other.features(b, f) +
                            w.features.curve[f] / (1 + away * away / 2);
            }
            CHECK(covariances(a, b) == Approx(expected));
            CHECK(kernel(points, row_of(other, b))(a, 0) == covariances(a, b));
        }
    CHECK((kernel.variances(points) - kernel(points, points).diagonal()).norm() < 1e-12);
}

TEST_CASE("the kernel's gradient is that of finite differences") {
    const auto points = drawn(7, 3);
    Rng rng(4);
    MatrixXd factors(7, 7);
    for (double& value : factors.reshaped()) value = rng.normal();
    factors = (factors + factors.transpose()).eval();
    const VectorXd gradient = AnovaKernel(choices(), weights()).weighted_gradient(points, factors);
    const VectorXd logs = weights().packed();
    REQUIRE(gradient.size() == logs.size());
    for (Index i = 0; i < logs.size(); ++i) {
        constexpr double step = 1e-6;
        const auto at = [&](double moved) {
            VectorXd other = logs;
            other[i] += moved;
            const AnovaKernel kernel(choices(), AnovaKernel::Weights::unpacked(other, 4));
            return kernel(points, points).cwiseProduct(factors).sum();
        };
        CAPTURE(i);
        CHECK(gradient[i] == Approx((at(step) - at(-step)) / (2 * step)).epsilon(1e-6).margin(1e-8));
    }
}

TEST_CASE("a view is the posterior's mean and variance, by the plain formulae") {
    const auto points = drawn(30, 5);
    const auto candidates = drawn(12, 6);
    const VectorXd y = truth(points);
    const CategoricalProcess process(choices(), {weights(), 0.01}, points, y);
    const auto view = process.view(candidates);
    const AnovaKernel kernel(choices(), weights());
    MatrixXd all = kernel(points, points);
    all.diagonal().array() += 0.01;
    const MatrixXd cross = kernel(points, candidates);
    const MatrixXd inverse = all.inverse();
    CHECK((view.mean() - cross.transpose() * inverse * y).norm() < 1e-8);
    CHECK((view.variance() - (kernel(candidates, candidates) - cross.transpose() * inverse * cross).diagonal()).norm() <
          1e-8);
}

TEST_CASE("a process that grew is the process of all its points, and its views grow to the same bits") {
    const auto points = drawn(40, 7);
    const auto candidates = drawn(9, 8);
    const VectorXd y = truth(points);
    const CategoricalPoints first{points.codes.topRows(20), points.features.topRows(20)};
    CategoricalProcess grown(choices(), {weights(), 0.01}, first, y.head(20));
    auto early = grown.view(candidates);
    for (Index n = 20; n < 40; ++n) grown.append(row_of(points, n), y[n]);
    grown.update(early);
    const auto late = grown.view(candidates);
    CHECK(early.mean() == late.mean());
    CHECK(early.variance() == late.variance());
    const auto whole = CategoricalProcess(choices(), {weights(), 0.01}, points, y).view(candidates);
    CHECK((late.mean() - whole.mean()).norm() < 1e-8);
    CHECK((late.variance() - whole.variance()).norm() < 1e-8);
}

TEST_CASE("candidates that are being measured leave the variance that measuring them would") {
    const auto points = drawn(25, 9);
    const auto candidates = drawn(8, 10);
    const VectorXd y = truth(points);
    CategoricalProcess process(choices(), {weights(), 0.01}, points, y);
    auto view = process.view(candidates);
    const VectorXd expected = process.variance_with(view, {2, 5});
    process.append(row_of(candidates, 2), 0.3);
    process.append(row_of(candidates, 5), -4);
    process.update(view);
    CHECK((view.variance() - expected).norm() < 1e-9);
}

TEST_CASE("fitted weights predict what they were not fitted to, and see the noise") {
    const auto points = drawn(120, 11);
    const auto fresh = drawn(60, 12);
    Rng rng(13);
    VectorXd y = truth(points);
    const double center = y.mean();
    const double deviation = std::sqrt((y.array() - center).square().mean());
    y = (y.array() - center) / deviation;
    for (double& value : y) value += 0.1 * rng.normal();
    const auto fit = CategoricalProcess::fit(choices(), points, y, 60);
    CHECK(fit.noise == Approx(0.01).epsilon(0.6));
    CHECK(fit.weights.importances.minCoeff() > 0);
    const auto view = CategoricalProcess(choices(), fit, points, y).view(fresh);
    const VectorXd errors = (truth(fresh).array() - center) / deviation - view.mean().array();
    CHECK(std::sqrt(errors.squaredNorm() / 60) < 0.15);
}
