#include "regression/forward_substitution.h"

#include <Eigen/Dense>
#include <catch2/catch.hpp>

using namespace hwnas;

TEST_CASE("many right-hand sides are solved as Eigen solves them, at once or bit by bit") {
    std::srand(4);
    const Eigen::MatrixXd any = Eigen::MatrixXd::Random(40, 40);
    RowMajorMatrix factor = any.triangularView<Eigen::Lower>();
    factor.diagonal().array() += 5;
    for (const Eigen::Index sides : {1, 31, 32, 77}) {
        const RowMajorMatrix right = Eigen::MatrixXd::Random(sides, 40);
        const Eigen::VectorXd weights = Eigen::VectorXd::Random(40);
        const auto none = [](Eigen::Index count) {
            return SolutionSums{Eigen::VectorXd::Zero(count), Eigen::VectorXd::Zero(count)};
        };
        const Eigen::MatrixXd expected = factor.triangularView<Eigen::Lower>().solve(right.transpose()).transpose();
        RowMajorMatrix solved = right;
        auto sums = none(sides);
        substitute_forward(factor, solved, 0, 40, weights, sums);
        INFO(sides << " sides");
        CHECK((solved - expected).cwiseAbs().maxCoeff() < 1e-12);
        CHECK((sums.products - expected * weights).cwiseAbs().maxCoeff() < 1e-12);
        CHECK((sums.squares - expected.rowwise().squaredNorm()).cwiseAbs().maxCoeff() < 1e-12);
        RowMajorMatrix slowly = right;
        auto grown = none(sides);
        for (const auto& [begin, end] : {std::pair{0, 1}, {1, 2}, {2, 30}, {30, 40}})
            substitute_forward(factor, slowly, begin, end, weights, grown);
        CHECK(slowly == solved);
        CHECK(grown.products == sums.products);
        CHECK(grown.squares == sums.squares);
        RowMajorMatrix one = right.topRows(1);
        auto of_one = none(1);
        substitute_forward(factor, one, 0, 40, weights, of_one);
        CHECK(of_one.products[0] == sums.products[0]);
        CHECK(one == solved.topRows(1));
    }
}
