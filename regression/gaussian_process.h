#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "regression/kernel.h"

namespace hwnas {

/// What a Gaussian process expects before it has seen anything, and how it is fitted.
struct GaussianProcessOptions {
    KernelShape shape = KernelShape::matern_5_2;
    /// A mean that is linear in the features, instead of a constant one; its coefficients have
    /// a wide normal prior and are integrated out (Rasmussen and Williams, 2006, section 2.7).
    bool linear_mean = false;
    std::size_t restarts = 2;  ///< further starts of the ascent, at random
    std::size_t steps = 60;    ///< of each ascent, at most
    /// Points, drawn at random, that the hyperparameters are fitted to; the process itself
    /// has all of them. Each step is cubic in it.
    std::size_t fitted_points = 400;
    std::uint64_t seed = 0;
};

/// Regression by a Gaussian process over real features: features and targets are scaled to a
/// deviation of 1, the kernel's variance, lengths and the noise maximise the log marginal
/// likelihood (with a weak prior that keeps them in range). (Rasmussen and Williams, 2006,
/// algorithm 2.1, section 5.4.1.)
class GaussianProcess {
public:
    /// `points`: samples x features. Throws std::invalid_argument where the lengths differ,
    /// there are no samples or a number is not finite.
    GaussianProcess(const Eigen::MatrixXd& points, const Eigen::VectorXd& targets,
                    const GaussianProcessOptions& options = {});

    struct Prediction {
        Eigen::VectorXd mean;      ///< in the targets' unit
        Eigen::VectorXd variance;  ///< of the function, without the noise; in its square
    };
    [[nodiscard]] Prediction predict(const Eigen::MatrixXd& points) const;
    /// Variance of a measurement's noise, in the targets' unit squared.
    [[nodiscard]] double noise_variance() const;
    [[nodiscard]] const Kernel& kernel() const { return kernel_; }  ///< over scaled features and targets
    [[nodiscard]] double log_marginal_likelihood() const { return likelihood_; }

    /// Which of the candidates (rows) to measure, `count` of them: each time the one of greatest
    /// predictive variance given those before it. Needs no targets: the hyperparameters stay.
    /// Fewer where there are fewer candidates.
    [[nodiscard]] std::vector<std::size_t> next_points(const Eigen::MatrixXd& candidates, std::size_t count) const;

private:
    [[nodiscard]] Eigen::MatrixXd scaled(const Eigen::MatrixXd& points) const;
    [[nodiscard]] Eigen::MatrixXd covariances(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) const;
    [[nodiscard]] Eigen::VectorXd prior_variances(const Eigen::MatrixXd& points) const;

    Eigen::RowVectorXd center_;
    Eigen::RowVectorXd deviation_;
    double target_center_ = 0;
    double target_deviation_ = 1;
    bool linear_mean_ = false;
    Kernel kernel_;
    double noise_ = 0;  ///< variance, of scaled targets
    double likelihood_ = 0;
    Eigen::MatrixXd points_;  ///< scaled
    Eigen::LLT<Eigen::MatrixXd> factor_;
    Eigen::VectorXd weights_;
};

/// The log marginal likelihood of targets (any number of samples, of mean 0) and, where
/// `gradient` is not null, its derivatives by the logs of variance, lengths and noise variance,
/// in this order. Minus infinity where the covariance is not positive definite.
[[nodiscard]] double log_marginal_likelihood(const Kernel& kernel, double noise_variance, bool linear_mean,
                                             const Eigen::MatrixXd& points, const Eigen::VectorXd& targets,
                                             Eigen::VectorXd* gradient = nullptr);

}  // namespace hwnas
