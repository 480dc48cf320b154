#include "regression/categorical_process.h"

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <utility>

#include "regression/ascent.h"

namespace hwnas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double least_noise_variance = 1e-7;
constexpr double usual_rates = 3;  // of all choices together
constexpr Index least_near = 64;   // points that a glance goes by, or an eighth of all

/// What a fit moves, all normal beforehand: the logs of each choice's rate and of what all of its kind are multiplied
/// by, and of the other weights and the noise.
class Parameters {
public:
    Parameters(const CategoricalChoices& choices, Index features) : choices_(choices.count()) {
        std::map<std::size_t, Index> numbers;
        for (const auto kind : choices.kinds) {
            const auto number = static_cast<Index>(numbers.size());
            kind_of_.push_back(numbers.try_emplace(kind, number).first->second);
        }
        kinds_ = static_cast<Index>(numbers.size());
        add(choices_, usual_rates / static_cast<double>(std::max<Index>(choices_, 1)), 0.4);
        add(kinds_, 1, 1);
        add(1, 0.5, 1);         // scale
        add(features, 1, 1.5);  // line
        add(1, 1e-3, 2.5);      // noise
    }

    [[nodiscard]] const VectorXd& means() const { return means_; }

    [[nodiscard]] CategoricalProcess::Fit fit_at(const VectorXd& place) const {
        const Index others = place.size() - choices_ - kinds_ - 1;
        VectorXd logs(choices_ + others);
        logs << place.head(choices_), place.segment(choices_ + kinds_, others);
        for (Index i = 0; i < choices_; ++i) logs[i] += place[choices_ + kind(i)];
        return {ExponentialKernel::Weights::unpacked(logs, choices_),
                std::exp(place[place.size() - 1]) + least_noise_variance};
    }

    /// The slopes of a function of these by its slopes of the packed weights and of the noise's log; and adds the
    /// priors to both.
    [[nodiscard]] double with_priors(double value, const VectorXd& place, const VectorXd& by_weights, double by_noise,
                                     VectorXd& gradient) const {
        const Index others = by_weights.size() - choices_;
        gradient = VectorXd::Zero(place.size());
        gradient.head(choices_) = by_weights.head(choices_);
        gradient.segment(choices_ + kinds_, others) = by_weights.tail(others);
        gradient[place.size() - 1] = by_noise;
        for (Index i = 0; i < choices_; ++i) gradient[choices_ + kind(i)] += by_weights[i];
        const VectorXd away = (place - means_).cwiseQuotient(deviations_);
        gradient -= away.cwiseQuotient(deviations_);
        return value - away.squaredNorm() / 2;
    }

private:
    void add(Index count, double middle, double deviation) {
        const Index before = means_.size();
        means_.conservativeResize(before + count);
        means_.tail(count).setConstant(std::log(middle));
        deviations_.conservativeResize(before + count);
        deviations_.tail(count).setConstant(deviation);
    }
    [[nodiscard]] Index kind(Index choice) const { return kind_of_[static_cast<std::size_t>(choice)]; }

    Index choices_;
    Index kinds_ = 0;
    std::vector<Index> kind_of_;
    VectorXd means_;
    VectorXd deviations_;
};

double log_posterior(const CategoricalChoices& choices, const Parameters& parameters, const CategoricalPoints& points,
                     const VectorXd& targets, const VectorXd& place, VectorXd& gradient) {
    const Index count = points.count();
    auto fit = parameters.fit_at(place);
    const ExponentialKernel kernel(choices, std::move(fit.weights));
    MatrixXd all = kernel(points, points);
    all.diagonal().array() += fit.noise;
    const Eigen::LLT<MatrixXd> factor(all);
    if (factor.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
    const VectorXd alpha = factor.solve(targets);
    const double value = -0.5 * targets.dot(alpha) - factor.matrixLLT().diagonal().array().log().sum() -
                         0.5 * static_cast<double>(count) * std::log(2 * std::numbers::pi);
    if (!std::isfinite(value)) return -std::numeric_limits<double>::infinity();
    MatrixXd factors = -factor.solve(MatrixXd::Identity(count, count));
    factors.noalias() += alpha * alpha.transpose();
    factors *= 0.5;
    return parameters.with_priors(value, place, kernel.weighted_gradient(points, factors),
                                  (fit.noise - least_noise_variance) * factors.trace(), gradient);
}

}  // namespace

CategoricalProcess::Fit CategoricalProcess::fit(const CategoricalChoices& choices, const CategoricalPoints& points,
                                                const VectorXd& targets, std::size_t steps) {
    const Parameters parameters(choices, points.features.cols());
    const auto best = ascend(
        parameters.means(),
        [&](const VectorXd& place, VectorXd& gradient) {
            return log_posterior(choices, parameters, points, targets, place, gradient);
        },
        steps);
    return parameters.fit_at(best.place);
}

CategoricalProcess::CategoricalProcess(CategoricalChoices choices, Fit fit, CategoricalPoints points, VectorXd targets)
    : fit_(std::move(fit)),
      kernel_(std::move(choices), fit_.weights),
      points_(std::move(points)),
      table_(kernel_, points_),
      targets_(std::move(targets)) {
    factorise();
}

void CategoricalProcess::factorise() {
    const MatrixXd covariances = kernel_(points_, table_);
    Eigen::LLT<MatrixXd> factor;
    for (;;) {
        MatrixXd all = covariances;
        all.diagonal().array() += fit_.noise;
        factor.compute(all);
        if (factor.info() == Eigen::Success) break;
        fit_.noise *= 10;  // rounding undid what makes it positive definite
    }
    factor_ = factor.matrixL();
    reduced_ = factor.matrixL().solve(targets_);
    solve();
}

void CategoricalProcess::solve() {
    const Index count = points_.count();
    solved_ = factor_.topLeftCorner(count, count).triangularView<Eigen::Lower>().transpose().solve(reduced_);
}

void CategoricalProcess::append(const CategoricalPoints& point, double target) {
    const Index count = points_.count();
    const VectorXd cross = kernel_(point, table_).transpose();
    const VectorXd row = factor_.topLeftCorner(count, count).triangularView<Eigen::Lower>().solve(cross);
    const double left = kernel_.variances(point)[0] + fit_.noise - row.squaredNorm();
    if (factor_.rows() == count) factor_.conservativeResize(count + count / 2 + 16, count + count / 2 + 16);
    factor_.row(count).head(count) = row.transpose();
    factor_(count, count) = std::sqrt(std::max(left, fit_.noise));
    points_.codes.conservativeResize(count + 1, Eigen::NoChange);
    points_.codes.row(count) = point.codes.row(0);
    points_.features.conservativeResize(count + 1, Eigen::NoChange);
    points_.features.row(count) = point.features.row(0);
    table_.append(kernel_, point);
    targets_.conservativeResize(count + 1);
    targets_[count] = target;
    reduced_.conservativeResize(count + 1);
    reduced_[count] = (target - row.dot(reduced_.head(count))) / factor_(count, count);
    solve();
}

VectorXd CategoricalProcess::mean(const CategoricalPoints& candidates) const {
    return kernel_(candidates, table_) * solved_;
}

CategoricalProcess::Glance CategoricalProcess::glance(const CategoricalPoints& candidates) const {
    const RowMajorMatrix covariances = kernel_(candidates, table_);
    Glance glance{covariances * solved_, kernel_.variances(candidates)};
    const Index near = std::min(points_.count(), std::max(least_near, points_.count() / 8));
    // Those that are the most like all candidates together.
    const VectorXd alike = covariances.cwiseAbs2().colwise().sum().transpose();
    std::vector<Index> nearest(static_cast<std::size_t>(points_.count()));
    std::iota(nearest.begin(), nearest.end(), Index{0});
    std::nth_element(nearest.begin(), nearest.begin() + near - 1, nearest.end(),
                     [&](Index a, Index b) { return alike[a] > alike[b]; });
    nearest.resize(static_cast<std::size_t>(near));
    std::sort(nearest.begin(), nearest.end());
    const CategoricalPoints some{points_.codes(nearest, Eigen::all), points_.features(nearest, Eigen::all)};
    MatrixXd own = kernel_(some, some);
    own.diagonal().array() += fit_.noise;
    const RowMajorMatrix factor = own.llt().matrixL();
    RowMajorMatrix solved = covariances(Eigen::all, nearest);
    SolutionSums sums{VectorXd::Zero(candidates.count()), VectorXd::Zero(candidates.count())};
    substitute_forward(factor, solved, 0, near, VectorXd::Zero(near), sums);
    glance.variance -= sums.squares;
    return glance;
}

CategoricalProcess::View CategoricalProcess::view(CategoricalPoints candidates) const {
    View view;
    view.prior_ = kernel_.variances(candidates);
    view.solved_ = kernel_(candidates, table_);
    view.sums_ = {VectorXd::Zero(candidates.count()), VectorXd::Zero(candidates.count())};
    view.candidates_ = std::move(candidates);
    solve(view);
    return view;
}

void CategoricalProcess::update(View& view) const {
    const Index known = view.known_;
    const Index count = points_.count();
    if (known == count) return;
    if (view.solved_.cols() < count) view.solved_.conservativeResize(Eigen::NoChange, count + count / 2 + 16);
    const CategoricalPoints others{points_.codes.middleRows(known, count - known),
                                   points_.features.middleRows(known, count - known)};
    view.solved_.middleCols(known, count - known) = kernel_(view.candidates_, others);
    solve(view);
}

void CategoricalProcess::solve(View& view) const {
    substitute_forward(factor_, view.solved_, view.known_, points_.count(), reduced_, view.sums_);
    view.variance_ = view.prior_ - view.sums_.squares;
    view.known_ = points_.count();
}

VectorXd CategoricalProcess::variance_with(const View& view, const std::vector<Index>& measured) const {
    VectorXd variance = view.variance_;
    MatrixXd rows(variance.size(), static_cast<Index>(measured.size()));
    Index done = 0;
    for (const Index next : measured) {
        const CategoricalPoints point{view.candidates_.codes.row(next), view.candidates_.features.row(next)};
        VectorXd row = kernel_(view.candidates_, point);
        row.noalias() -= view.solved_.leftCols(view.known_) * view.solved_.row(next).head(view.known_).transpose();
        row.noalias() -= rows.leftCols(done) * rows.row(next).head(done).transpose();
        row /= std::sqrt(std::max(variance[next], 0.0) + fit_.noise);
        rows.col(done++) = row;
        variance -= row.cwiseAbs2();
    }
    return variance;
}

}  // namespace hwnas
