#include "regression/soft_maximum.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

#include "core/rng.h"

using namespace hwnas;
using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST_CASE("a soft maximum has its closed form, and what is below 0 counts as 0") {
    const SoftMaximum made{1, VectorXd{{2.0}}, 3, VectorXd{{1.0}}, 2};
    const MatrixXd sum{{0.5}, {1.5}, {-9.0}};
    const MatrixXd floor{{0.0}, {-3.0}, {1.0}};
    const VectorXd values = made(sum, floor);
    CHECK(values[0] == Approx(std::sqrt(4 + 9)));
    CHECK(values[1] == Approx(4));
    CHECK(values[2] == Approx(4));
}

TEST_CASE("a soft maximum's coefficients are found again") {
    Rng rng(8);
    MatrixXd sum(400, 3);
    MatrixXd floor(400, 1);
    for (Eigen::Index i = 0; i < 400; ++i) {
        for (Eigen::Index j = 0; j < 3; ++j) sum(i, j) = rng.uniform();
        floor(i, 0) = i % 3 == 0 ? 1 : 0;
    }
    const SoftMaximum truth{0.3, VectorXd{{1.0, 2.0, 0.5}}, 1.5, VectorXd{{0.4}}, 8};
    const VectorXd targets = truth(sum, floor);
    const auto found = fit_soft_maximum(sum, floor, targets, 8, 0);
    CHECK((found.sum - truth.sum).norm() < 1e-3);
    CHECK(found.sum_constant == Approx(0.3).margin(1e-3));
    CHECK(found.floor_constant == Approx(1.5).margin(1e-3));
    CHECK(found.floor[0] == Approx(0.4).margin(1e-3));
    CHECK((found(sum, floor) - targets).norm() < 1e-3);
    CHECK_THROWS_AS(fit_soft_maximum(sum, floor, targets.head(9), 8, 0), std::invalid_argument);
}
