#pragma once

#include <Eigen/Core>

namespace hwnas {

/// A figure that is the soft maximum (floor^p + sum^p)^(1 / p) of two linear forms, of which
/// what is below 0 counts as 0: the time of a pipeline is that of the slower of its two ends,
/// and near the bend they wait for each other.
struct SoftMaximum {
    double sum_constant = 0;
    Eigen::VectorXd sum;
    double floor_constant = 0;
    Eigen::VectorXd floor;
    double exponent = 1;  ///< p, at least 1

    /// For rows (samples) of both forms' columns.
    [[nodiscard]] Eigen::VectorXd operator()(const Eigen::MatrixXd& sum_rows, const Eigen::MatrixXd& floor_rows) const;
};

/// The coefficients that minimise the squared error plus ridge * (|sum|^2 + |floor|^2), the
/// constants being free, by Levenberg and Marquardt's steps from a linear fit and a floor at
/// the targets' second percentile; a local optimum. Targets should be above 0. Throws
/// std::invalid_argument where the lengths differ or there are no rows.
[[nodiscard]] SoftMaximum fit_soft_maximum(const Eigen::MatrixXd& sum_rows, const Eigen::MatrixXd& floor_rows,
                                           const Eigen::VectorXd& targets, double exponent, double ridge);

}  // namespace hwnas
