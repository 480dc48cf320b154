#include "regression/soft_maximum.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "regression/least_squares.h"

namespace hwnas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_steps = 50;
constexpr double most_damping = 1e9;
constexpr double settled = 1e-8;

MatrixXd with_constant(const MatrixXd& rows) {
    MatrixXd wider(rows.rows(), rows.cols() + 1);
    wider << rows, VectorXd::Ones(rows.rows());
    return wider;
}

/// Both forms' values, and the soft maximum's; `sum` and `floor` not below 0.
struct Values {
    VectorXd sum;
    VectorXd floor;
    VectorXd maximum;
};

Values values_of(const MatrixXd& sum_rows, const MatrixXd& floor_rows, const VectorXd& place, double exponent) {
    Values values;
    values.sum = (sum_rows * place.head(sum_rows.cols())).cwiseMax(0);
    values.floor = (floor_rows * place.tail(floor_rows.cols())).cwiseMax(0);
    const VectorXd greater = values.sum.cwiseMax(values.floor).cwiseMax(1e-300);
    values.maximum = greater.array() * ((values.sum.array() / greater.array()).pow(exponent) +
                                        (values.floor.array() / greater.array()).pow(exponent))
                                           .pow(1 / exponent);
    return values;
}

}  // namespace

VectorXd SoftMaximum::operator()(const MatrixXd& sum_rows, const MatrixXd& floor_rows) const {
    VectorXd place(sum.size() + floor.size() + 2);
    place << sum, sum_constant, floor, floor_constant;
    return values_of(with_constant(sum_rows), with_constant(floor_rows), place, exponent).maximum;
}

SoftMaximum fit_soft_maximum(const MatrixXd& sum_rows, const MatrixXd& floor_rows, const VectorXd& targets,
                             double exponent, double ridge) {
    if (sum_rows.rows() != targets.size() || floor_rows.rows() != targets.size() || targets.size() == 0)
        throw std::invalid_argument("a soft maximum of " + std::to_string(sum_rows.rows()) + " and " +
                                    std::to_string(floor_rows.rows()) + " rows for " + std::to_string(targets.size()) +
                                    " targets");
    const MatrixXd a = with_constant(sum_rows);
    const MatrixXd f = with_constant(floor_rows);
    const Index size = a.cols() + f.cols();
    VectorXd penalty = VectorXd::Constant(size, ridge);
    penalty[a.cols() - 1] = 0;
    penalty[size - 1] = 0;

    VectorXd place = VectorXd::Zero(size);
    place.head(a.cols()) = fit_least_squares(a, targets, {1e-3 + ridge, false, 0});
    std::vector<double> sorted(targets.begin(), targets.end());
    std::sort(sorted.begin(), sorted.end());
    place[size - 1] = sorted[sorted.size() / 50];

    const auto loss_of = [&](const Values& values, const VectorXd& at) {
        return (targets - values.maximum).squaredNorm() + penalty.dot(at.cwiseAbs2());
    };
    Values values = values_of(a, f, place, exponent);
    double loss = loss_of(values, place);
    double damping = 1e-3;
    for (int step = 0; step < most_steps && damping < most_damping; ++step) {
        // d maximum / d sum = (sum / maximum)^(p - 1), and so for the floor.
        const VectorXd maximum = values.maximum.cwiseMax(1e-300);
        MatrixXd slopes(targets.size(), size);
        slopes << (values.sum.array() / maximum.array()).pow(exponent - 1).matrix().asDiagonal() * a,
            (values.floor.array() / maximum.array()).pow(exponent - 1).matrix().asDiagonal() * f;
        MatrixXd normal = MatrixXd::Zero(size, size);
        normal.selfadjointView<Eigen::Lower>().rankUpdate(slopes.transpose());
        const VectorXd down = slopes.transpose() * (targets - values.maximum) - penalty.cwiseProduct(place);
        for (; damping < most_damping; damping *= 4) {
            MatrixXd damped = normal;
            damped.diagonal() += penalty;
            damped.diagonal().array() += damping;
            const VectorXd next = place + damped.selfadjointView<Eigen::Lower>().ldlt().solve(down);
            Values next_values = values_of(a, f, next, exponent);
            const double next_loss = loss_of(next_values, next);
            if (!(next_loss < loss)) continue;
            const bool done = loss - next_loss < settled * loss;
            place = next;
            values = std::move(next_values);
            loss = next_loss;
            damping = done ? most_damping : damping / 4;
            break;
        }
    }
    return {place[a.cols() - 1], place.head(a.cols() - 1), place[size - 1], place.segment(a.cols(), f.cols() - 1),
            exponent};
}

}  // namespace hwnas
