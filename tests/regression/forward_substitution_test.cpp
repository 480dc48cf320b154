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
        const Eigen::MatrixXd right = Eigen::MatrixXd::Random(sides, 40);
        const Eigen::MatrixXd expected = factor.triangularView<Eigen::Lower>().solve(right.transpose()).transpose();
        Eigen::MatrixXd solved = right;
        substitute_forward(factor, solved, 0, 40);
        INFO(sides << " sides");
        CHECK((solved - expected).cwiseAbs().maxCoeff() < 1e-12);
        Eigen::MatrixXd slowly = right;
        for (const auto& [begin, end] : {std::pair{0, 1}, {1, 2}, {2, 30}, {30, 40}})
            substitute_forward(factor, slowly, begin, end);
        CHECK(slowly == solved);
        Eigen::MatrixXd one = right.topRows(1);
        substitute_forward(factor, one, 0, 40);
        CHECK(one == solved.topRows(1));
    }
}
