#include "regression/kernel.h"

#include <cmath>

namespace hwnas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd scaled(const MatrixXd& points, const VectorXd& lengths) {
    return points * lengths.cwiseInverse().asDiagonal();
}

/// Squared distances. Taken as sums of squares: the shorter |a|^2 + |b|^2 - 2ab loses digits.
MatrixXd squared_distances(const MatrixXd& a, const MatrixXd& b) {
    MatrixXd squares = MatrixXd::Zero(a.rows(), b.rows());
    for (Index f = 0; f < a.cols(); ++f)
        for (Index j = 0; j < b.rows(); ++j) squares.col(j).array() += (a.col(f).array() - b(j, f)).square();
    return squares;
}

}  // namespace

MatrixXd Kernel::operator()(const MatrixXd& a, const MatrixXd& b) const {
    const MatrixXd squares = squared_distances(scaled(a, lengths), scaled(b, lengths));
    if (shape == KernelShape::squared_exponential) return variance * (-0.5 * squares.array()).exp();
    const MatrixXd s = (5 * squares.array()).sqrt();
    return variance * (1 + s.array() + s.array().square() / 3) * (-s.array()).exp();
}

VectorXd Kernel::weighted_gradient(const MatrixXd& x, const MatrixXd& covariances, const MatrixXd& weights) const {
    const MatrixXd points = scaled(x, lengths);
    // d k / d log length_f = slope * (difference of feature f, scaled)^2.
    MatrixXd slopes;
    if (shape == KernelShape::squared_exponential) {
        slopes = covariances;
    } else {
        const MatrixXd s = (5 * squared_distances(points, points).array()).sqrt();
        slopes = variance * 5 / 3.0 * (1 + s.array()) * (-s.array()).exp();
    }
    slopes.array() *= weights.array();
    VectorXd gradient(1 + x.cols());
    gradient[0] = covariances.cwiseProduct(weights).sum();
    // sum_ij m_ij (p_i - p_j)^2 = 2 (sum_i row_i p_i^2 - p^T m p) for a symmetric m.
    const VectorXd sums = slopes.rowwise().sum();
    for (Index f = 0; f < x.cols(); ++f) {
        const VectorXd p = points.col(f);
        gradient[1 + f] = 2 * (sums.dot(p.cwiseAbs2()) - p.dot(slopes * p));
    }
    return gradient;
}

}  // namespace hwnas
