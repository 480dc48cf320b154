#include "regression/gaussian_process.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <string>

#include "core/rng.h"
#include "regression/ascent.h"

namespace hwnas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Of scaled targets: the prior variance of a constant mean and of each slope of a linear one.
constexpr double constant_variance = 4;
constexpr double slope_variance = 4;

/// What the mean adds to a covariance.
MatrixXd mean_covariances(const MatrixXd& a, const MatrixXd& b, bool linear) {
    MatrixXd sum = MatrixXd::Constant(a.rows(), b.rows(), constant_variance);
    if (linear) sum.noalias() += slope_variance * a * b.transpose();
    return sum;
}

/// The logs of variance, lengths and noise variance.
VectorXd packed(const Kernel& kernel, double noise) {
    VectorXd theta(kernel.lengths.size() + 2);
    theta[0] = std::log(kernel.variance);
    theta.segment(1, kernel.lengths.size()) = kernel.lengths.array().log();
    theta[theta.size() - 1] = std::log(noise);
    return theta;
}

Kernel kernel_of(const VectorXd& theta, KernelShape shape) {
    return {shape, std::exp(theta[0]), theta.segment(1, theta.size() - 2).array().exp()};
}

/// Normal priors of the logs, wide against what data say: they hold what data don't speak of.
struct Prior {
    double mean;
    double deviation;
};
Prior prior_of(Index i, Index count, Index features) {
    if (i == 0) return {0, 1.5};
    if (i == count - 1) return {std::log(1e-3), 3};
    return {0.5 * std::log(static_cast<double>(features)) + 0.7, 1.5};
}

double objective(const VectorXd& theta, KernelShape shape, bool linear, const MatrixXd& points, const VectorXd& targets,
                 VectorXd& gradient) {
    double value = log_marginal_likelihood(kernel_of(theta, shape), std::exp(theta[theta.size() - 1]), linear, points,
                                           targets, &gradient);
    if (!std::isfinite(value)) return value;
    for (Index i = 0; i < theta.size(); ++i) {
        const auto [mean, deviation] = prior_of(i, theta.size(), points.cols());
        const double away = (theta[i] - mean) / deviation;
        value -= away * away / 2;
        gradient[i] -= away / deviation;
    }
    return value;
}

std::vector<Index> drawn(Index count, std::size_t most, Rng rng) {
    std::vector<Index> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), Index{0});
    if (all.size() <= most) return all;
    rng.shuffle(all);
    all.resize(most);
    return all;
}

}  // namespace

double log_marginal_likelihood(const Kernel& kernel, double noise_variance, bool linear_mean, const MatrixXd& points,
                               const VectorXd& targets, VectorXd* gradient) {
    const Index count = points.rows();
    const MatrixXd covariances = kernel(points, points);
    MatrixXd all = covariances + mean_covariances(points, points, linear_mean);
    all.diagonal().array() += noise_variance;
    const Eigen::LLT<MatrixXd> factor(all);
    if (factor.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
    const VectorXd alpha = factor.solve(targets);
    const double log_determinant = 2 * factor.matrixLLT().diagonal().array().log().sum();
    if (gradient != nullptr) {
        // d / d theta = tr((alpha alpha^T - K^-1) dK / d theta) / 2.
        MatrixXd weights = -factor.solve(MatrixXd::Identity(count, count));
        weights.noalias() += alpha * alpha.transpose();
        weights *= 0.5;
        gradient->resize(kernel.lengths.size() + 2);
        gradient->head(kernel.lengths.size() + 1) = kernel.weighted_gradient(points, covariances, weights);
        (*gradient)[gradient->size() - 1] = noise_variance * weights.trace();
    }
    return -0.5 * (targets.dot(alpha) + log_determinant + static_cast<double>(count) * std::log(2 * std::numbers::pi));
}

GaussianProcess::GaussianProcess(const MatrixXd& points, const VectorXd& targets, const GaussianProcessOptions& options)
    : linear_mean_(options.linear_mean) {
    if (points.rows() != targets.size() || points.rows() == 0 || points.cols() == 0)
        throw std::invalid_argument("a Gaussian process of " + std::to_string(points.rows()) + " x " +
                                    std::to_string(points.cols()) + " values and " + std::to_string(targets.size()) +
                                    " targets");
    if (!points.allFinite() || !targets.allFinite())
        throw std::invalid_argument("a Gaussian process of a value that is not finite");
    const auto deviation_or_1 = [](double deviation) { return deviation > 0 ? deviation : 1.0; };
    center_ = points.colwise().mean();
    deviation_ = (points.rowwise() - center_).array().square().colwise().mean().sqrt();
    deviation_ = deviation_.unaryExpr(deviation_or_1);
    target_center_ = targets.mean();
    target_deviation_ = deviation_or_1(std::sqrt((targets.array() - target_center_).square().mean()));
    points_ = scaled(points);
    const VectorXd y = (targets.array() - target_center_) / target_deviation_;

    Rng rng(options.seed);
    const auto chosen = drawn(points_.rows(), options.fitted_points, rng.split(1));
    const MatrixXd some_points = points_(chosen, Eigen::all);
    const VectorXd some_targets = y(chosen);
    const auto rising = [&](const VectorXd& theta, VectorXd& gradient) {
        return objective(theta, options.shape, linear_mean_, some_points, some_targets, gradient);
    };
    const Index features = points_.cols();
    const Kernel start{options.shape, 1, VectorXd::Constant(features, 2 * std::sqrt(static_cast<double>(features)))};
    Ascent best = ascend(packed(start, 0.01), rising, options.steps);
    for (std::size_t i = 0; i < options.restarts; ++i) {
        VectorXd theta = packed(start, 0.01);
        for (double& value : theta) value += rng.normal();
        auto other = ascend(std::move(theta), rising, options.steps);
        if (other.value > best.value) best = std::move(other);
    }
    kernel_ = kernel_of(best.place, options.shape);
    noise_ = std::exp(best.place[best.place.size() - 1]);

    likelihood_ = hwnas::log_marginal_likelihood(kernel_, noise_, linear_mean_, points_, y);
    MatrixXd all = covariances(points_, points_);
    all.diagonal().array() += noise_;
    factor_.compute(all);
    // A sum of covariances and noise is positive definite; rounding may undo that where the
    // noise is tiny, and a little more of it mends that.
    while (factor_.info() != Eigen::Success) {
        noise_ = std::max(10 * noise_, 1e-12);
        all.diagonal().array() += noise_;
        factor_.compute(all);
    }
    weights_ = factor_.solve(y);
}

MatrixXd GaussianProcess::scaled(const MatrixXd& points) const {
    if (points.cols() != center_.size())
        throw std::invalid_argument("points of " + std::to_string(points.cols()) + " features for a process of " +
                                    std::to_string(center_.size()));
    return (points.rowwise() - center_).array().rowwise() / deviation_.array();
}

MatrixXd GaussianProcess::covariances(const MatrixXd& a, const MatrixXd& b) const {
    return kernel_(a, b) + mean_covariances(a, b, linear_mean_);
}

VectorXd GaussianProcess::prior_variances(const MatrixXd& points) const {
    VectorXd variances = VectorXd::Constant(points.rows(), kernel_.variance + constant_variance);
    if (linear_mean_) variances += slope_variance * points.rowwise().squaredNorm();
    return variances;
}

GaussianProcess::Prediction GaussianProcess::predict(const MatrixXd& points) const {
    const MatrixXd asked = scaled(points);
    const MatrixXd cross = covariances(points_, asked);
    Prediction prediction;
    prediction.mean = (cross.transpose() * weights_).array() * target_deviation_ + target_center_;
    const MatrixXd solved = factor_.matrixL().solve(cross);
    prediction.variance = (prior_variances(asked).transpose() - solved.colwise().squaredNorm()).cwiseMax(0);
    prediction.variance *= target_deviation_ * target_deviation_;
    return prediction;
}

double GaussianProcess::noise_variance() const { return noise_ * target_deviation_ * target_deviation_; }

std::vector<std::size_t> GaussianProcess::next_points(const MatrixXd& candidates, std::size_t count) const {
    const MatrixXd asked = scaled(candidates);
    const MatrixXd solved = factor_.matrixL().solve(covariances(points_, asked));
    VectorXd variances = prior_variances(asked) - solved.colwise().squaredNorm().transpose();
    count = std::min(count, static_cast<std::size_t>(asked.rows()));
    std::vector<std::size_t> chosen;
    // Rows of the Cholesky factor of the candidates' posterior covariance, one a chosen point:
    // what it takes from the variance of each candidate.
    MatrixXd rows(asked.rows(), static_cast<Index>(count));
    for (Index k = 0; k < static_cast<Index>(count); ++k) {
        Index next = 0;
        (void)variances.maxCoeff(&next);
        VectorXd row = covariances(asked, asked.row(next)) - solved.transpose() * solved.col(next);
        row -= rows.leftCols(k) * rows.row(next).head(k).transpose();
        row /= std::sqrt(std::max(variances[next], 0.0) + noise_);
        rows.col(k) = row;
        variances -= row.cwiseAbs2();
        chosen.push_back(static_cast<std::size_t>(next));
        // Never twice: the noise leaves some variance behind.
        for (const std::size_t taken : chosen) variances[static_cast<Index>(taken)] = -1;
    }
    return chosen;
}

}  // namespace hwnas
