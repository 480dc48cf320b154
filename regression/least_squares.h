#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace hwnas {

/// How a linear model is fitted.
struct LeastSquares {
    /// Added to the diagonal of A^T W A: for weights of 1, in squared units of the columns.
    double ridge = 0;
    /// Errors count relative to the target: weights 1 / target^2. No target may be 0.
    bool relative = false;
    /// Errors beyond this many robust standard deviations count linearly (Huber, "Robust
    /// estimation of a location parameter", 1964; 1.345 is 95 % efficient for normal errors);
    /// 0: all count by their square.
    double huber = 0;
};

/// The x that minimises sum w_i (A x - y)_i^2 + ridge |x|^2, by an LDL^T decomposition of the
/// normal equations, or with `ridge` 0 by a rank-revealing QR decomposition (least norm where
/// several are best). `rows`: samples x columns. Huber's weights are found by reweighting from
/// the scale 1.4826 * median |error|. Throws std::invalid_argument where the lengths differ,
/// there are no rows, a number is not finite, or a target is 0 and errors are relative.
[[nodiscard]] Eigen::VectorXd fit_least_squares(const Eigen::MatrixXd& rows, const Eigen::VectorXd& targets,
                                                const LeastSquares& options = {});

/// The same with no x below 0 (Lawson and Hanson, "Solving Least Squares Problems", 1974,
/// chapter 23, on the normal equations: Bro and de Jong, J. Chemometrics 11, 1997).
[[nodiscard]] Eigen::VectorXd fit_non_negative(const Eigen::MatrixXd& rows, const Eigen::VectorXd& targets,
                                               const LeastSquares& options = {});

/// Sets of samples for cross-validation: samples 0 to count - 1, shuffled, dealt into `folds`
/// sets of which no two differ by more than one in size. Throws std::invalid_argument for
/// fewer than 2 folds or fewer samples than folds.
[[nodiscard]] std::vector<std::vector<std::size_t>> folds_of(std::size_t count, std::size_t folds, std::uint64_t seed);

/// Predicts samples (their rows) after a fit to others' rows and targets.
using FitAndPredict = std::function<Eigen::VectorXd(const Eigen::MatrixXd& rows, const Eigen::VectorXd& targets,
                                                    const Eigen::MatrixXd& asked)>;

/// For each sample what a fit to the other folds predicts.
[[nodiscard]] std::vector<double> held_out_predictions(const Eigen::MatrixXd& rows, const Eigen::VectorXd& targets,
                                                       const std::vector<std::vector<std::size_t>>& folds,
                                                       const FitAndPredict& fit_and_predict);

}  // namespace hwnas
