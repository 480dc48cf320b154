#pragma once

#include <Eigen/Core>
#include <vector>

#include "regression/categorical_choices.h"

namespace hwnas {

/// A covariance of points that falls exponentially with how far they are apart, and what their features explain in a
/// straight line:
///     scale exp(-sum_i rate_i distance_i(x_i, x'_i)) + sum over features line f f'
/// Of names that is the transformed overlap kernel (Wan et al., ICML 2021, section 3), of numbers Laplace's. Choices
/// may act upon each other in any number, and the more of them differ, the less is known.
class ExponentialKernel {
public:
    /// What the data decide. All positive.
    struct Weights {
        Eigen::VectorXd rates;  ///< one a choice
        double scale = 1;
        Eigen::VectorXd line;  ///< one a feature

        /// Logs: rates, scale, line; and back.
        [[nodiscard]] Eigen::VectorXd packed() const;
        static Weights unpacked(const Eigen::VectorXd& logs, Eigen::Index choices);
    };

    ExponentialKernel(CategoricalChoices choices, Weights weights);

    /// Covariances of `a` (rows) with `b` (columns).
    [[nodiscard]] Eigen::MatrixXd operator()(const CategoricalPoints& a, const CategoricalPoints& b) const;
    /// Of each point with itself.
    [[nodiscard]] Eigen::VectorXd variances(const CategoricalPoints& points) const;
    /// sum_ij factors_ij * d k(x_i, x_j) / d log weight, for each weight as packed; `factors` is symmetric.
    [[nodiscard]] Eigen::VectorXd weighted_gradient(const CategoricalPoints& points,
                                                    const Eigen::MatrixXd& factors) const;
    [[nodiscard]] const Weights& weights() const { return weights_; }

private:
    class Rows;
    /// Neighbouring choices whose values together are few: they are looked up as one.
    struct Group {
        Eigen::Index begin = 0;
        Eigen::Index end = 0;
        Eigen::Index values = 1;
    };

    CategoricalChoices choices_;
    Weights weights_;
    std::vector<Eigen::MatrixXd> falls_;  ///< exp(-rate distance), one a choice
    std::vector<Group> groups_;
};

}  // namespace hwnas
