#include "regression/gaussian_process.h"

#include <Eigen/Dense>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "core/rng.h"
#include "regression/ascent.h"

using namespace hwnas;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

MatrixXd uniform(Eigen::Index rows, Eigen::Index columns, Rng& rng) {
    MatrixXd matrix(rows, columns);
    for (double& value : matrix.reshaped()) value = rng.uniform();
    return matrix;
}

/// Of two features, the third without effect.
VectorXd truth(const MatrixXd& x) { return (3 * x.col(0).array()).sin() + x.col(1).array().square(); }

}  // namespace

TEST_CASE("kernels have their closed forms") {
    const MatrixXd a = MatrixXd{{1, 2}};
    const MatrixXd b = MatrixXd{{2, 4}};
    Kernel kernel{KernelShape::squared_exponential, 3, VectorXd{{1, 4}}};  // r^2 = 1.25
    CHECK(kernel(a, b)(0, 0) == Approx(3 * std::exp(-0.625)));
    kernel.shape = KernelShape::matern_5_2;  // s = 2.5
    CHECK(kernel(a, b)(0, 0) == Approx(3 * (1 + 2.5 + 6.25 / 3) * std::exp(-2.5)));
    CHECK(kernel(a, a)(0, 0) == Approx(3));
}

TEST_CASE("the likelihood of one point is that of a normal distribution") {
    const Kernel kernel{KernelShape::matern_5_2, 2, VectorXd::Ones(1)};
    const double variance = 2 + 0.5 + 4;  // kernel, noise and the constant mean's
    const double value = log_marginal_likelihood(kernel, 0.5, false, MatrixXd::Zero(1, 1), VectorXd::Constant(1, 3.0));
    CHECK(value == Approx(-0.5 * (9 / variance + std::log(2 * std::numbers::pi * variance))));
}

TEST_CASE("the likelihood's gradient is that of finite differences") {
    Rng rng(1);
    const MatrixXd points = uniform(25, 3, rng);
    const VectorXd targets = truth(points).array() - 0.8;
    for (const auto shape : {KernelShape::squared_exponential, KernelShape::matern_5_2})
        for (const bool linear : {false, true}) {
            const auto value_at = [&](const VectorXd& theta, VectorXd* gradient) {
                const Kernel kernel{shape, std::exp(theta[0]), theta.segment(1, 3).array().exp()};
                return log_marginal_likelihood(kernel, std::exp(theta[4]), linear, points, targets, gradient);
            };
            const VectorXd theta = VectorXd{{0.3, -0.5, 0.2, 0.9, -3}};
            VectorXd gradient;
            (void)value_at(theta, &gradient);
            for (Eigen::Index i = 0; i < 5; ++i) {
                VectorXd step = VectorXd::Zero(5);
                step[i] = 1e-5;
                const double difference = (value_at(theta + step, nullptr) - value_at(theta - step, nullptr)) / 2e-5;
                CHECK(gradient[i] == Approx(difference).epsilon(1e-5).margin(1e-6));
            }
        }
}

TEST_CASE("a process predicts a smooth function, its noise, and what it does not know") {
    Rng rng(2);
    const MatrixXd points = uniform(150, 3, rng);
    VectorXd targets = truth(points);
    for (double& target : targets) target = 100 + 10 * (target + 0.05 * rng.normal());
    const GaussianProcess process(points, targets);
    const MatrixXd asked = uniform(200, 3, rng);
    const auto prediction = process.predict(asked);
    const VectorXd errors = prediction.mean - (100 + 10 * truth(asked).array()).matrix();
    CHECK(std::sqrt(errors.squaredNorm() / 200) < 0.3);
    CHECK(std::sqrt(process.noise_variance()) == Approx(0.5).epsilon(0.25));
    // Errors are as large as they are said to be.
    const double calibration = (errors.array().square() / prediction.variance.array()).mean();
    CHECK(calibration > 0.3);
    CHECK(calibration < 3);
    // The feature without effect has the greatest length.
    CHECK(process.kernel().lengths[2] > 2 * process.kernel().lengths[0]);
    CHECK(process.predict(MatrixXd::Constant(1, 3, 9.0)).variance[0] > 20 * prediction.variance.maxCoeff());
}

TEST_CASE("a linear mean goes on beyond the points") {
    Rng rng(3);
    const MatrixXd points = uniform(30, 2, rng);
    const VectorXd targets = 5 + 2 * points.col(0).array() - points.col(1).array();
    GaussianProcessOptions options;
    options.linear_mean = true;
    const MatrixXd far = MatrixXd{{6, -3}};
    CHECK(GaussianProcess(points, targets, options).predict(far).mean[0] == Approx(20).epsilon(0.01));
}

TEST_CASE("the next points are those of greatest variance, each given those before") {
    Rng rng(4);
    const MatrixXd points = uniform(20, 2, rng);
    const GaussianProcess process(points, truth(points));
    const MatrixXd candidates = 3 * uniform(60, 2, rng);
    const auto chosen = process.next_points(candidates, 5);
    REQUIRE(chosen.size() == 5);
    Eigen::Index greatest = 0;
    (void)process.predict(candidates).variance.maxCoeff(&greatest);
    CHECK(chosen[0] == static_cast<std::size_t>(greatest));
    CHECK(process.next_points(candidates.topRows(3), 9).size() == 3);
    // A candidate beside a chosen one says nothing new.
    MatrixXd twins(3, 2);
    twins << 9, 9, 9.001, 9, -5, -5;
    const auto two = process.next_points(twins, 2);
    CHECK(two[0] + two[1] != 1);
}

TEST_CASE("1,500 points of 20 features are fitted in seconds", "[long]") {
    Rng rng(5);
    const MatrixXd points = uniform(1500, 20, rng);
    const VectorXd targets = truth(points) + points.col(7);
    const auto start = std::chrono::steady_clock::now();
    GaussianProcessOptions options;
    options.linear_mean = true;
    const GaussianProcess process(points, targets, options);
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const MatrixXd asked = uniform(300, 20, rng);
    const VectorXd expected = truth(asked) + asked.col(7);
    const VectorXd errors = process.predict(asked).mean - expected;
    CHECK(errors.squaredNorm() < 0.01 * (expected.array() - expected.mean()).matrix().squaredNorm());
    CHECK(seconds < 60);  // on 2 cores about a tenth of it
    WARN("1,500 points of 20 features took " << seconds << " s");
}

TEST_CASE("an ascent reaches the top of a bent ridge") {
    // Rosenbrock's function, turned over: the top is 0 at (1, 1).
    const auto top = ascend(
        VectorXd{{-1.2, 1}},
        [](const VectorXd& x, VectorXd& gradient) {
            const double bend = x[1] - x[0] * x[0];
            gradient = VectorXd{{2 * (1 - x[0]) + 400 * x[0] * bend, -200 * bend}};
            return -(1 - x[0]) * (1 - x[0]) - 100 * bend * bend;
        },
        200);
    CHECK(top.place[0] == Approx(1).margin(0.02));
    CHECK(top.place[1] == Approx(1).margin(0.04));
}

TEST_CASE("a process of unequal lengths or other features is refused") {
    CHECK_THROWS_AS(GaussianProcess(MatrixXd::Ones(2, 1), VectorXd::Ones(3)), std::invalid_argument);
    CHECK_THROWS_AS(GaussianProcess(MatrixXd(0, 1), VectorXd(0)), std::invalid_argument);
    const GaussianProcess process(MatrixXd::Ones(2, 1), VectorXd::Ones(2));
    CHECK(process.predict(MatrixXd::Ones(1, 1)).mean[0] == Approx(1));
    CHECK_THROWS_AS(process.predict(MatrixXd::Ones(1, 2)), std::invalid_argument);
}
