#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "regression/feature_sums.h"
#include "regression/product_sums.h"

namespace hwnas {

/// Points of a space of categories, each with some real features.
struct CategoricalPoints {
    Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic> codes;  ///< points x choices
    Eigen::MatrixXd features;  ///< points x features, of mean 0 and deviation 1

    [[nodiscard]] Eigen::Index count() const { return codes.rows(); }
};

/// How alike the values of one choice are: a symmetric positive matrix, values x values.
/// `ordered`: falling with the distance of their places; otherwise 1 for equal values alone. The
/// mean over the values is taken out and the mean variance is 1, so that what a choice explains
/// is neither the constant nor another choice's. One value alone is alike nothing: 0.
[[nodiscard]] Eigen::MatrixXd value_similarity(std::size_t values, bool ordered);

/// The choices that points are made of.
struct CategoricalChoices {
    std::vector<Eigen::MatrixXd> similarities;  ///< one a choice
    /// Each choice's, any numbers: the kernels of all stages are of one kind, the kernel and the width of one stage
    /// in one place.
    std::vector<std::size_t> kinds;
    std::vector<std::size_t> places;

    /// Each a kind and a place of its own.
    static CategoricalChoices unrelated(std::vector<Eigen::MatrixXd> similarities);
    [[nodiscard]] Eigen::Index count() const { return static_cast<Eigen::Index>(similarities.size()); }
};

/// A covariance of points that is a sum over what single choices, pairs and triples of choices
/// explain (Duvenaud, Nickisch and Rasmussen, "Additive Gaussian Processes", NeurIPS 2011), and what the features
/// explain:
///     singles e1(t) + same_place e2(t in each place) + same_kind e2(t in each kind) + pairs e2(u) + triples e3(u)
///     + constant + sum over features (line f f' + curve / (1 + (f - f')^2 / 2))
/// with t_i = importance_i * similarity_i(x_i, x'_i), u_i the same with an interaction_i (a choice that does
/// little alone may decide what another does), and e_k the elementary symmetric polynomials.
class AnovaKernel {
public:
    /// What the data decide. All positive.
    struct Weights {
        Eigen::VectorXd importances;   ///< one a choice, of a sum of about 1
        Eigen::VectorXd interactions;  ///< likewise
        ProductWeights products;
        FeatureWeights features;

        /// Logs: importances, interactions, then `sums` of singles, pairs, triples, same_place and same_kind, then
        /// line and curve; and back.
        [[nodiscard]] Eigen::VectorXd packed() const;
        static Weights unpacked(const Eigen::VectorXd& logs, Eigen::Index choices);
        static constexpr Eigen::Index sums = 5;
    };
    static constexpr double constant = 4;  ///< variance of the mean, of targets of deviation 1

    AnovaKernel(CategoricalChoices choices, Weights weights);

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

    CategoricalChoices choices_;
    Weights weights_;
    std::vector<double> ratios_;  ///< of what a choice weighs alone to its interaction
    ProductSums sums_;
};

}  // namespace hwnas
