#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "regression/exponential_kernel.h"
#include "regression/forward_substitution.h"

namespace hwnas {

/// A Gaussian process over categories that grows point by point. Its weights maximise the log
/// marginal likelihood, with weak priors that hold what the data don't speak of. (Rasmussen and
/// Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1, section 5.4.1.)
class CategoricalProcess {
public:
    struct Fit {
        ExponentialKernel::Weights weights;
        double noise = 1e-3;  ///< variance, of targets of deviation 1
    };
    /// Fits the weights to targets of mean 0 and deviation 1: `steps` of an ascent. Rates of one
    /// kind of choices share a factor, from which each may differ. Cubic in the points.
    [[nodiscard]] static Fit fit(const CategoricalChoices& choices, const CategoricalPoints& points,
                                 const Eigen::VectorXd& targets, std::size_t steps);

    /// Targets of about mean 0 and deviation 1, one a point. Cubic in the points.
    CategoricalProcess(CategoricalChoices choices, Fit fit, CategoricalPoints points, Eigen::VectorXd targets);

    /// One more point and its target: quadratic in the points.
    void append(const CategoricalPoints& point, double target);
    [[nodiscard]] Eigen::Index count() const { return points_.count(); }

    /// What the process says of a set of candidates, kept while it grows.
    class View {
    public:
        [[nodiscard]] const Eigen::VectorXd& mean() const { return sums_.products; }
        /// Of the function, without the noise.
        [[nodiscard]] const Eigen::VectorXd& variance() const { return variance_; }
        [[nodiscard]] const CategoricalPoints& candidates() const { return candidates_; }

    private:
        friend class CategoricalProcess;
        CategoricalPoints candidates_;
        RowMajorMatrix solved_;  ///< L^-1 k(points, candidates), transposed; grown by halves
        Eigen::VectorXd prior_;  ///< variances
        SolutionSums sums_;
        Eigen::VectorXd variance_;
        Eigen::Index known_ = 0;  ///< points that are in it
    };
    /// What the process says of candidates at a glance: their means, and variances by some points near them alone,
    /// which are as great as the process's or greater.
    struct Glance {
        Eigen::VectorXd mean;
        Eigen::VectorXd variance;
    };
    [[nodiscard]] Glance glance(const CategoricalPoints& candidates) const;
    /// The means alone: linear in the points for each candidate.
    [[nodiscard]] Eigen::VectorXd mean(const CategoricalPoints& candidates) const;
    /// The same to the bit whether it is made now or was made and updated earlier. Quadratic in the points for each
    /// candidate.
    [[nodiscard]] View view(CategoricalPoints candidates) const;
    /// Takes up the points that were appended since: linear in the points, for each.
    void update(View& view) const;
    /// The variances of a view's candidates once a candidate of it were measured too.
    [[nodiscard]] Eigen::VectorXd variance_with(const View& view, const std::vector<Eigen::Index>& measured) const;
    /// The weights and noise that it works with.
    [[nodiscard]] const Fit& fit_result() const { return fit_; }

private:
    void factorise();
    void solve();
    void solve(View& view) const;  ///< for the points that are new to it, whose covariances are there

    Fit fit_;
    ExponentialKernel kernel_;
    CategoricalPoints points_;
    ExponentialKernel::Table table_;  ///< of the points
    Eigen::VectorXd targets_;
    RowMajorMatrix factor_;    ///< lower triangle, of at least as many rows as there are points
    Eigen::VectorXd reduced_;  ///< L^-1 targets
    Eigen::VectorXd solved_;   ///< L^-T reduced: the mean is the covariances times this
};

}  // namespace hwnas
