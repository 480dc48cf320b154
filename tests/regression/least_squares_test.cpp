#include "regression/least_squares.h"

#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>

#include "core/rng.h"

using namespace hwnas;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, Rng& rng) {
    MatrixXd matrix(rows, columns);
    for (double& value : matrix.reshaped()) value = rng.normal();
    return matrix;
}

}  // namespace

TEST_CASE("a line is fitted in closed form, plainly, with ridge and relative to the target") {
    MatrixXd rows(4, 2);
    rows << 1, 0, 1, 1, 1, 2, 1, 3;
    const VectorXd targets = VectorXd{{1, 3, 2, 5}};
    const VectorXd plain = fit_least_squares(rows, targets);
    CHECK(plain[0] == Approx(1.1));
    CHECK(plain[1] == Approx(1.1));
    // (A^T A + 2 I) x = A^T y: [6 6; 6 16] x = (11, 22).
    const VectorXd ridge = fit_least_squares(rows, targets, {2, false, 0});
    CHECK(ridge[0] == Approx(44.0 / 60));
    CHECK(ridge[1] == Approx(66.0 / 60));
    // One column of ones: x minimises sum (x / y - 1)^2, so x = sum(1 / y) / sum(1 / y^2).
    const VectorXd relative = fit_least_squares(rows.leftCols(1), targets, {0, true, 0});
    CHECK(relative[0] == Approx((1 + 1 / 3.0 + 0.5 + 0.2) / (1 + 1 / 9.0 + 0.25 + 0.04)));
}

TEST_CASE("where several solutions are best the least one is taken") {
    const MatrixXd rows = MatrixXd::Ones(3, 2);
    const VectorXd solution = fit_least_squares(rows, VectorXd::Constant(3, 4.0));
    CHECK(solution[0] == Approx(2));
    CHECK(solution[1] == Approx(2));
}

TEST_CASE("Huber's fit passes over outliers that move the plain one") {
    Rng rng(5);
    MatrixXd rows(100, 2);
    VectorXd targets(100);
    for (Eigen::Index i = 0; i < 100; ++i) {
        rows(i, 0) = 1;
        rows(i, 1) = static_cast<double>(i) / 100;
        targets[i] = 2 + 3 * rows(i, 1) + 0.01 * rng.normal() + (i % 10 == 9 ? 20 : 0);
    }
    const VectorXd plain = fit_least_squares(rows, targets);
    CHECK(std::abs(plain[0] - 2) > 0.5);
    const VectorXd robust = fit_least_squares(rows, targets, {0, false, 1.345});
    CHECK(robust[0] == Approx(2).margin(0.02));
    CHECK(robust[1] == Approx(3).margin(0.03));
}

TEST_CASE("a non-negative fit meets the conditions of an optimum") {
    Rng rng(6);
    for (int round = 0; round < 20; ++round) {
        const MatrixXd rows = random_matrix(30, 12, rng);
        const VectorXd targets = random_matrix(30, 1, rng);
        const double ridge = round % 2;
        const VectorXd x = fit_non_negative(rows, targets, {ridge, false, 0});
        const VectorXd slope = rows.transpose() * (rows * x - targets) + ridge * x;
        // Karush, Kuhn and Tucker's: no way down that stays feasible.
        for (Eigen::Index j = 0; j < x.size(); ++j) {
            CHECK(x[j] >= 0);
            CHECK(slope[j] >= -1e-9);
            CHECK(x[j] * slope[j] == Approx(0).margin(1e-9));
        }
    }
    // Where the plain solution is positive it is that.
    const MatrixXd rows = random_matrix(30, 5, rng);
    const VectorXd truth = VectorXd::LinSpaced(5, 1, 3);
    CHECK((fit_non_negative(rows, rows * truth) - truth).norm() < 1e-9);
}

TEST_CASE("folds part the samples evenly and each is predicted from the others") {
    const auto folds = folds_of(23, 5, 1);
    std::multiset<std::size_t> all;
    for (const auto& fold : folds) {
        CHECK((fold.size() == 4 || fold.size() == 5));
        all.insert(fold.begin(), fold.end());
    }
    CHECK(all.size() == 23);
    CHECK(std::set<std::size_t>(all.begin(), all.end()).size() == 23);
    CHECK(folds == folds_of(23, 5, 1));
    CHECK(folds != folds_of(23, 5, 2));
    // A mean of what is not held out: (sum - held out) / count.
    const MatrixXd rows = MatrixXd::Ones(4, 1);
    const VectorXd targets = VectorXd{{1, 2, 3, 6}};
    const auto predictions = held_out_predictions(
        rows, targets, {{0}, {1}, {2}, {3}},
        [](const auto& a, const auto& y, const auto& asked) { return VectorXd(asked * fit_least_squares(a, y)); });
    for (std::size_t i = 0; i < 4; ++i)
        CHECK(predictions[i] == Approx((12 - targets[static_cast<Eigen::Index>(i)]) / 3));
}

TEST_CASE("what can't be fitted is refused") {
    const MatrixXd rows = MatrixXd::Ones(2, 1);
    CHECK_THROWS_AS(fit_least_squares(rows, VectorXd::Ones(3)), std::invalid_argument);
    CHECK_THROWS_AS(fit_least_squares(rows, VectorXd::Zero(2), {0, true, 0}), std::invalid_argument);
    CHECK_THROWS_AS(fit_non_negative(MatrixXd(0, 1), VectorXd(0)), std::invalid_argument);
    CHECK_THROWS_AS(folds_of(3, 4, 0), std::invalid_argument);
    CHECK_THROWS_AS(folds_of(3, 1, 0), std::invalid_argument);
}
