#include "regression/least_squares.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

#include "core/rng.h"

namespace hwnas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_reweightings = 100;
constexpr double normal_mad = 1.4826;  // standard deviations in a median absolute error of normal errors

void check(const MatrixXd& rows, const VectorXd& targets, const LeastSquares& options) {
    if (rows.rows() != targets.size() || rows.rows() == 0 || rows.cols() == 0)
        throw std::invalid_argument("a fit of " + std::to_string(rows.rows()) + " x " + std::to_string(rows.cols()) +
                                    " values to " + std::to_string(targets.size()) + " targets");
    if (!rows.allFinite() || !targets.allFinite()) throw std::invalid_argument("a fit to a value that is not finite");
    if (options.relative && (targets.array() == 0).any())
        throw std::invalid_argument("a fit of least relative error to a target of 0");
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Calls `fit(rows, targets)`, which minimises plain squares, as often as the weights ask.
template <typename Fit>
VectorXd weighted(const MatrixXd& rows, const VectorXd& targets, const LeastSquares& options, Fit&& fit) {
    check(rows, targets, options);
    MatrixXd a = rows;
    VectorXd y = targets;
    if (options.relative) {
        const VectorXd weights = targets.cwiseInverse();
        a = weights.asDiagonal() * a;
        y.setOnes();
    }
    VectorXd x = fit(a, y);
    if (options.huber <= 0) return x;
    for (int i = 0; i < most_reweightings; ++i) {
        const VectorXd errors = (a * x - y).cwiseAbs();
        const double scale = normal_mad * median({errors.begin(), errors.end()});
        // More than half of the errors vanish: what is left is beyond any bound.
        if (scale <= std::numeric_limits<double>::epsilon() * y.cwiseAbs().maxCoeff()) break;
        const double bound = options.huber * scale;
        const VectorXd roots = errors.unaryExpr([bound](double e) { return e > bound ? std::sqrt(bound / e) : 1.0; });
        const VectorXd next = fit(roots.asDiagonal() * a, roots.cwiseProduct(y));
        const double change = (next - x).norm();
        x = next;
        if (change <= 1e-10 * x.norm()) break;
    }
    return x;
}

VectorXd solve(const MatrixXd& a, const VectorXd& y, double ridge) {
    if (ridge <= 0) return a.completeOrthogonalDecomposition().solve(y);
    MatrixXd normal = MatrixXd::Zero(a.cols(), a.cols());
    normal.selfadjointView<Eigen::Lower>().rankUpdate(a.transpose());
    normal.diagonal().array() += ridge;
    return normal.selfadjointView<Eigen::Lower>().ldlt().solve(a.transpose() * y);
}

/// Solves for the columns in `passive` alone, the others being 0.
VectorXd solve_passive(const MatrixXd& normal, const VectorXd& right, const std::vector<Index>& passive) {
    const MatrixXd part = normal(passive, passive);
    const VectorXd solution = part.ldlt().solve(VectorXd(right(passive)));
    VectorXd x = VectorXd::Zero(normal.cols());
    for (std::size_t i = 0; i < passive.size(); ++i) x[passive[i]] = solution[static_cast<Index>(i)];
    return x;
}

VectorXd solve_non_negative(const MatrixXd& a, const VectorXd& y, double ridge) {
    MatrixXd normal = a.transpose() * a;
    normal.diagonal().array() += ridge;
    const VectorXd right = a.transpose() * y;
    const double tolerance = 1e-12 * std::max(right.cwiseAbs().maxCoeff(), 1e-300) * static_cast<double>(a.cols());
    VectorXd x = VectorXd::Zero(a.cols());
    std::vector<bool> is_passive(static_cast<std::size_t>(a.cols()), false);
    // Each round frees a column; in exact arithmetic no set of free columns comes twice.
    for (Index round = 0; round < 3 * a.cols(); ++round) {
        const VectorXd slope = right - normal * x;
        Index steepest = -1;
        for (Index j = 0; j < a.cols(); ++j)
            if (!is_passive[static_cast<std::size_t>(j)] && slope[j] > tolerance &&
                (steepest < 0 || slope[j] > slope[steepest]))
                steepest = j;
        if (steepest < 0) break;
        is_passive[static_cast<std::size_t>(steepest)] = true;
        while (true) {
            std::vector<Index> passive;
            for (Index j = 0; j < a.cols(); ++j)
                if (is_passive[static_cast<std::size_t>(j)]) passive.push_back(j);
            if (passive.empty()) break;
            const VectorXd wanted = solve_passive(normal, right, passive);
            // Goes towards it until the first column reaches 0, and binds that one.
            double step = 1;
            Index bound = -1;
            for (const Index j : passive)
                if (wanted[j] <= 0 && x[j] / (x[j] - wanted[j]) < step) {
                    step = x[j] / (x[j] - wanted[j]);
                    bound = j;
                }
            x += step * (wanted - x);
            if (bound < 0) {
                x = x.cwiseMax(0);
                break;
            }
            x[bound] = 0;
            is_passive[static_cast<std::size_t>(bound)] = false;
        }
    }
    return x;
}

MatrixXd rows_of(const MatrixXd& rows, const std::vector<std::size_t>& samples) {
    MatrixXd part(static_cast<Index>(samples.size()), rows.cols());
    for (std::size_t i = 0; i < samples.size(); ++i)
        part.row(static_cast<Index>(i)) = rows.row(static_cast<Index>(samples[i]));
    return part;
}

}  // namespace

VectorXd fit_least_squares(const MatrixXd& rows, const VectorXd& targets, const LeastSquares& options) {
    return weighted(rows, targets, options,
                    [&](const MatrixXd& a, const VectorXd& y) { return solve(a, y, options.ridge); });
}

VectorXd fit_non_negative(const MatrixXd& rows, const VectorXd& targets, const LeastSquares& options) {
    return weighted(rows, targets, options,
                    [&](const MatrixXd& a, const VectorXd& y) { return solve_non_negative(a, y, options.ridge); });
}

std::vector<std::vector<std::size_t>> folds_of(std::size_t count, std::size_t folds, std::uint64_t seed) {
    if (folds < 2 || count < folds)
        throw std::invalid_argument(std::to_string(count) + " samples in " + std::to_string(folds) + " folds");
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng(seed).shuffle(order);
    std::vector<std::vector<std::size_t>> sets(folds);
    for (std::size_t i = 0; i < count; ++i) sets[i % folds].push_back(order[i]);
    return sets;
}

std::vector<double> held_out_predictions(const MatrixXd& rows, const VectorXd& targets,
                                         const std::vector<std::vector<std::size_t>>& folds,
                                         const FitAndPredict& fit_and_predict) {
    std::vector<double> predictions(static_cast<std::size_t>(rows.rows()), std::numeric_limits<double>::quiet_NaN());
    for (const auto& asked : folds) {
        std::vector<std::size_t> known;
        for (const auto& other : folds)
            if (&other != &asked) known.insert(known.end(), other.begin(), other.end());
        const VectorXd predicted = fit_and_predict(rows_of(rows, known), rows_of(targets, known), rows_of(rows, asked));
        for (std::size_t i = 0; i < asked.size(); ++i) predictions[asked[i]] = predicted[static_cast<Index>(i)];
    }
    return predictions;
}

}  // namespace hwnas
