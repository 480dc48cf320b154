#pragma once

#include <Eigen/Core>

namespace hwnas {

/// What features explain of a covariance: in a straight line, and in a smooth curve (a rational quadratic
/// covariance of length 1: Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, equation 4.19).
struct FeatureWeights {
    Eigen::VectorXd line;   ///< one a feature
    Eigen::VectorXd curve;  ///< likewise
};

/// into[n] += sum over f of line_f x[n, f] at[f] + curve_f / (1 + (x[n, f] - at[f])^2 / 2). `features`: points x
/// features, of rows rounded up to whole lanes (wide.h), as `into` is.
void add_features(const Eigen::MatrixXd& features, const Eigen::VectorXd& at, const FeatureWeights& weights,
                  std::ptrdiff_t count, double* into);

/// slopes.line[f] += sum over the first `count` n of factors[n] x[n, f] at[f], and the same of the curves.
void add_feature_slopes(const Eigen::MatrixXd& features, const Eigen::VectorXd& at, const double* factors,
                        std::ptrdiff_t count, FeatureWeights& slopes);

}  // namespace hwnas
