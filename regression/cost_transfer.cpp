#include "regression/cost_transfer.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace hwnas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// In units of the variance that the known devices explain.
constexpr double speed_variance = 1e3;  // the new device may be of any speed
constexpr double usual_noise = 0.2;
constexpr double log_noise_deviation = 1;  // of the noise's share around the usual one
constexpr double least_noise = 0.01;
constexpr double most_noise = 3;
constexpr int noise_steps = 24;

/// A column of ones, and the log costs of each device, centred, scaled to a deviation of 1 and
/// together of variance 1.
MatrixXd features_of(const KnownCosts& known) {
    if (known.rows() == 0 || known.cols() == 0) throw std::invalid_argument("known costs of nothing");
    if (!known.allFinite() || (known.array() <= 0).any())
        throw std::invalid_argument("a known cost that is not above 0");
    MatrixXd features(known.rows(), known.cols() + 1);
    features.col(0).setOnes();
    for (Index device = 0; device < known.cols(); ++device) {
        VectorXd logs = known.col(device).array().log();
        logs.array() -= logs.mean();
        const double deviation = std::sqrt(logs.squaredNorm() / static_cast<double>(logs.size()));
        if (deviation > 0) logs /= deviation;
        features.col(device + 1) = logs / std::sqrt(static_cast<double>(known.cols()));
    }
    return features;
}

VectorXd prior_variances(Index features) {
    VectorXd variances = VectorXd::Ones(features);
    variances[0] = speed_variance;
    return variances;
}

/// The weights' covariance after one more measurement of an item with noise.
void measure(MatrixXd& covariance, const VectorXd& item, double noise) {
    const VectorXd towards = covariance * item;
    covariance -= towards * towards.transpose() / (noise + item.dot(towards));
}

}  // namespace

std::vector<std::size_t> choose_probes(const KnownCosts& known, std::size_t budget,
                                       const std::vector<std::size_t>& measured) {
    const MatrixXd features = features_of(known);
    const MatrixXd moments = features.transpose() * features / static_cast<double>(features.rows());
    MatrixXd covariance = prior_variances(features.cols()).asDiagonal();
    std::vector<bool> taken(static_cast<std::size_t>(features.rows()), false);
    for (const std::size_t item : measured) {
        if (item >= taken.size())
            throw std::invalid_argument("probe " + std::to_string(item) + " of " + std::to_string(taken.size()) +
                                        " items");
        taken[item] = true;
        measure(covariance, features.row(static_cast<Index>(item)), usual_noise);
    }
    std::vector<std::size_t> chosen;
    while (chosen.size() < budget) {
        const MatrixXd towards = features * covariance;
        const VectorXd variances = towards.cwiseProduct(features).rowwise().sum();
        const VectorXd gains =
            (towards * moments).cwiseProduct(towards).rowwise().sum().array() / (variances.array() + usual_noise);
        std::size_t best = taken.size();
        for (std::size_t i = 0; i < taken.size(); ++i)
            if (!taken[i] && (best == taken.size() || gains[static_cast<Index>(i)] > gains[static_cast<Index>(best)]))
                best = i;
        if (best == taken.size()) break;
        taken[best] = true;
        chosen.push_back(best);
        measure(covariance, features.row(static_cast<Index>(best)), usual_noise);
    }
    return chosen;
}

CompletedCosts complete_costs(const KnownCosts& known, const std::vector<std::size_t>& probes,
                              const std::vector<double>& measured) {
    const MatrixXd features = features_of(known);
    if (probes.empty() || probes.size() != measured.size())
        throw std::invalid_argument(std::to_string(measured.size()) + " costs of " + std::to_string(probes.size()) +
                                    " probes");
    const auto count = static_cast<Index>(probes.size());
    MatrixXd rows(count, features.cols());
    VectorXd logs(count);
    for (std::size_t i = 0; i < probes.size(); ++i) {
        if (probes[i] >= static_cast<std::size_t>(features.rows()))
            throw std::invalid_argument("probe " + std::to_string(probes[i]) + " of " +
                                        std::to_string(features.rows()) + " items");
        if (!std::isfinite(measured[i]) || measured[i] <= 0)
            throw std::invalid_argument("a measured cost that is not above 0");
        rows.row(static_cast<Index>(i)) = features.row(static_cast<Index>(probes[i]));
        logs[static_cast<Index>(i)] = std::log(measured[i]);
    }
    const double middle = logs.mean();
    logs.array() -= middle;

    const VectorXd priors = prior_variances(features.cols());
    const MatrixXd covariances = rows * priors.asDiagonal() * rows.transpose();
    CompletedCosts completed;
    double best = -std::numeric_limits<double>::infinity();
    double scale = 0;
    Eigen::LLT<MatrixXd> factor;
    for (int step = 0; step < noise_steps; ++step) {
        const double noise =
            least_noise * std::pow(most_noise / least_noise, static_cast<double>(step) / (noise_steps - 1));
        MatrixXd noisy = covariances;
        noisy.diagonal().array() += noise;
        const Eigen::LLT<MatrixXd> its_factor(noisy);
        // The scale of everything is the likeliest; equal costs have next to none.
        const double its_scale = std::max(logs.dot(its_factor.solve(logs)) / static_cast<double>(count), 1e-12);
        const double away = std::log(noise / usual_noise) / log_noise_deviation;
        const double likelihood = -0.5 * static_cast<double>(count) * std::log(its_scale) -
                                  its_factor.matrixLLT().diagonal().array().log().sum() - away * away / 2;
        if (likelihood <= best) continue;
        best = likelihood;
        completed.noise_share = noise;
        scale = its_scale;
        factor = its_factor;
    }
    const VectorXd weights = priors.asDiagonal() * (rows.transpose() * factor.solve(logs));
    const VectorXd means = (features * weights).array() + middle;
    const MatrixXd solved = factor.matrixL().solve(rows * priors.asDiagonal() * features.transpose());
    for (Index i = 0; i < features.rows(); ++i) {
        const double variance =
            features.row(i).cwiseAbs2().dot(priors) - solved.col(i).squaredNorm() + completed.noise_share;
        completed.costs.push_back(std::exp(means[i]));
        completed.deviations.push_back(std::sqrt(scale * std::max(variance, 0.0)));
    }
    return completed;
}

}  // namespace hwnas
