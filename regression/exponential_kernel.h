#pragma once

#include <Eigen/Core>
#include <vector>

#include "regression/categorical_choices.h"
#include "regression/row_major.h"

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

    /// Points that others are held against again and again: how alike each is to every value of every group of choices.
    class Table {
    public:
        Table(const ExponentialKernel& kernel, const CategoricalPoints& points);
        /// More points, for the same kernel.
        void append(const ExponentialKernel& kernel, const CategoricalPoints& points);

    private:
        friend class ExponentialKernel;
        void grow(Eigen::Index count);

        Eigen::Index count_ = 0;   ///< points
        RowMajorMatrix alike_;     ///< values of all groups x points, with room for whole lanes and more points
        RowMajorMatrix features_;  ///< features x points, alike
        std::vector<Eigen::Index> first_value_;  ///< one a group: its first row
    };
    /// Covariances of points (rows) with those of a table (columns).
    [[nodiscard]] RowMajorMatrix operator()(const CategoricalPoints& points, const Table& table) const;
    /// Covariances of `a` (rows) with `b` (columns).
    [[nodiscard]] RowMajorMatrix operator()(const CategoricalPoints& a, const CategoricalPoints& b) const;
    /// Of each point with itself.
    [[nodiscard]] Eigen::VectorXd variances(const CategoricalPoints& points) const;
    /// sum_ij factors_ij * d k(x_i, x_j) / d log weight, for each weight as packed; `factors` is symmetric.
    [[nodiscard]] Eigen::VectorXd weighted_gradient(const CategoricalPoints& points,
                                                    const Eigen::MatrixXd& factors) const;
    [[nodiscard]] const Weights& weights() const { return weights_; }

private:
    /// Neighbouring choices whose values together are few: they are looked up as one.
    struct Group {
        Eigen::Index begin = 0;
        Eigen::Index end = 0;
        Eigen::Index values = 1;
    };

    /// One row of the table a group: that of the values that point `n` has.
    [[nodiscard]] std::vector<const double*> rows_of(const CategoricalPoints& points, Eigen::Index n,
                                                     const Table& table) const;

    CategoricalChoices choices_;
    Weights weights_;
    std::vector<Eigen::MatrixXd> falls_;  ///< exp(-rate distance), one a choice
    std::vector<Group> groups_;
};

}  // namespace hwnas
