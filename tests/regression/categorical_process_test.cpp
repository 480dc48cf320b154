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
    return {{name_distance(2), number_distance(std::vector<double>{1, 4, 6}), name_distance(4),
             number_distance(std::vector<double>{0, 0.25, 1})},
            {7, 7, 7, 2}};
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

ExponentialKernel::Weights weights() { return {VectorXd{{0.5, 0.3, 0.2, 0.7}}, 0.8, VectorXd{{0.6, 0.2}}}; }

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

TEST_CASE("numbers above 0 are apart by their ratios, others by their differences, names all by one") {
    const MatrixXd widths = number_distance(std::vector<double>{1, 2, 4});
    CHECK((widths - MatrixXd{{0, 0.5, 1}, {0.5, 0, 0.5}, {1, 0.5, 0}}).norm() < 1e-12);
    const MatrixXd ratios = number_distance(std::vector<double>{0, 0.25, 1});
    CHECK((ratios - MatrixXd{{0, 0.25, 1}, {0.25, 0, 0.75}, {1, 0.75, 0}}).norm() < 1e-12);
    CHECK(name_distance(2) == MatrixXd{{0, 1}, {1, 0}});
    CHECK(number_distance(std::vector<double>{7}) == MatrixXd::Zero(1, 1));
}

TEST_CASE("the covariance falls exponentially with each choice that differs") {
    const auto points = drawn(6, 1);
    const auto other = drawn(5, 2);
    const ExponentialKernel kernel(choices(), weights());
    const MatrixXd covariances = kernel(points, other);
    const auto w = weights();
    const auto given = choices();
    for (Index a = 0; a < 6; ++a)
        for (Index b = 0; b < 5; ++b) {
            double apart = 0;
            for (std::size_t i = 0; i < 4; ++i) {
                const auto choice = static_cast<Index>(i);
                apart += w.rates[choice] * given.distances[i](points.codes(a, choice), other.codes(b, choice));
            }
            double expected = w.scale * std::exp(-apart);
            for (Index f = 0; f < 2; ++f) expected += w.line[f] * points.features(a, f) * other.features(b, f);
            CHECK(covariances(a, b) == Approx(expected));
            CHECK(kernel(points, row_of(other, b))(a, 0) == covariances(a, b));
        }
    CHECK((kernel.variances(points) - kernel(points, points).diagonal()).norm() < 1e-12);
}

TEST_CASE("choices of more values together than a row is kept for are looked up in groups") {
    CategoricalChoices many;
    for (std::size_t i = 0; i < 9; ++i) {
        many.distances.push_back(name_distance(7));
        many.kinds.push_back(i);
    }
    Rng rng(2);
    CategoricalPoints points;
    points.codes.resize(11, 9);
    for (auto& code : points.codes.reshaped()) code = static_cast<std::uint8_t>(rng.below(7));
    points.features.resize(11, 0);
    const ExponentialKernel kernel(many, {VectorXd::Constant(9, 0.25), 1, VectorXd(0)});
    const MatrixXd covariances = kernel(points, points);
    for (Index a = 0; a < 11; ++a)
        for (Index b = 0; b < 11; ++b) {
            const auto differing = (points.codes.row(a).array() != points.codes.row(b).array()).count();
            CHECK(covariances(a, b) == Approx(std::exp(-0.25 * static_cast<double>(differing))));
        }
}

TEST_CASE("the kernel's gradient is that of finite differences") {
    const auto points = drawn(7, 3);
    Rng rng(4);
    MatrixXd factors(7, 7);
    for (double& value : factors.reshaped()) value = rng.normal();
    factors = (factors + factors.transpose()).eval();
    const VectorXd gradient = ExponentialKernel(choices(), weights()).weighted_gradient(points, factors);
    const VectorXd logs = weights().packed();
    REQUIRE(gradient.size() == logs.size());
    for (Index i = 0; i < logs.size(); ++i) {
        constexpr double step = 1e-6;
        const auto at = [&](double moved) {
            VectorXd other = logs;
            other[i] += moved;
            const ExponentialKernel kernel(choices(), ExponentialKernel::Weights::unpacked(other, 4));
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
    const ExponentialKernel kernel(choices(), weights());
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

TEST_CASE("at a glance means are the process's, and variances greater, but not as great as without the points near") {
    const auto points = drawn(600, 11);
    const auto candidates = drawn(50, 12);
    const CategoricalProcess process(choices(), {weights(), 0.01}, points, truth(points));
    const auto view = process.view(candidates);
    const auto glance = process.glance(candidates);
    const VectorXd before = ExponentialKernel(choices(), weights()).variances(candidates);
    CHECK((glance.mean - view.mean()).norm() < 1e-8);
    for (Index n = 0; n < candidates.count(); ++n) {
        INFO("candidate " << n);
        CHECK(glance.variance[n] >= view.variance()[n] - 1e-9);
        CHECK(glance.variance[n] < 0.5 * before[n]);
    }
    const CategoricalPoints few{points.codes.topRows(40), points.features.topRows(40)};
    const CategoricalProcess small(choices(), {weights(), 0.01}, few, truth(few));
    CHECK((small.glance(candidates).variance - small.view(candidates).variance()).norm() < 1e-8);  // all are near
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
    CHECK(fit.weights.rates.minCoeff() > 0);
    const auto view = CategoricalProcess(choices(), fit, points, y).view(fresh);
    const VectorXd errors = (truth(fresh).array() - center) / deviation - view.mean().array();
    CHECK(std::sqrt(errors.squaredNorm() / 60) < 0.15);
}
