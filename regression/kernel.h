#pragma once

#include <Eigen/Core>

namespace hwnas {

enum class KernelShape { squared_exponential, matern_5_2 };

/// A covariance of real feature vectors that falls with their distance, each feature with a
/// length of its own (automatic relevance determination): variance * shape(r), where r^2 =
/// sum ((a - b) / length)^2 and shape is exp(-r^2 / 2), or (1 + s + s^2 / 3) exp(-s) with
/// s = sqrt(5) r. (Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006,
/// equations 4.9, 4.17, 5.1.)
struct Kernel {
    KernelShape shape = KernelShape::matern_5_2;
    double variance = 1;
    Eigen::VectorXd lengths;  ///< one a feature, each above 0

    /// Covariances of points (rows) with others: rows of `a` x rows of `b`.
    [[nodiscard]] Eigen::MatrixXd operator()(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) const;
    /// sum_ij weights_ij * d k(x_i, x_j) / d theta, with theta first the log of the variance
    /// and then that of each length; `weights` is symmetric, `covariances` = (*this)(x, x).
    [[nodiscard]] Eigen::VectorXd weighted_gradient(const Eigen::MatrixXd& x, const Eigen::MatrixXd& covariances,
                                                    const Eigen::MatrixXd& weights) const;
};

}  // namespace hwnas
