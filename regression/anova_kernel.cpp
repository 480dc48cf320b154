#include "regression/anova_kernel.h"

#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "regression/wide.h"

namespace hwnas {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

std::vector<double> ratios_of(const AnovaKernel::Weights& weights) {
    std::vector<double> ratios;
    for (Index i = 0; i < weights.importances.size(); ++i)
        ratios.push_back(weights.importances[i] / weights.interactions[i]);
    return ratios;
}

}  // namespace

VectorXd AnovaKernel::Weights::packed() const {
    const Index choices = importances.size();
    const Index inputs = features.line.size();
    VectorXd logs(2 * choices + sums + 2 * inputs);
    logs << importances.array().log(), interactions.array().log(), Eigen::Matrix<double, sums, 1>::Zero(),
        features.line.array().log(), features.curve.array().log();
    logs.segment<sums>(2 * choices) = Eigen::Array<double, sums, 1>{products.singles, products.pairs, products.triples,
                                                                    products.same_place, products.same_kind}
                                          .log();
    return logs;
}

AnovaKernel::Weights AnovaKernel::Weights::unpacked(const VectorXd& logs, Index choices) {
    const VectorXd all = logs.array().exp();
    const Index inputs = (all.size() - 2 * choices - sums) / 2;
    const auto others = all.segment<sums>(2 * choices);
    return {all.head(choices),
            all.segment(choices, choices),
            {others[0], others[1], others[2], others[3], others[4]},
            {all.segment(2 * choices + sums, inputs), all.tail(inputs)}};
}

CategoricalChoices CategoricalChoices::unrelated(std::vector<MatrixXd> similarities) {
    CategoricalChoices choices{std::move(similarities), {}, {}};
    choices.kinds.resize(choices.similarities.size());
    std::iota(choices.kinds.begin(), choices.kinds.end(), std::size_t{0});
    choices.places = choices.kinds;
    return choices;
}

MatrixXd value_similarity(std::size_t values, bool ordered) {
    const auto count = static_cast<Index>(values);
    if (count < 2) return MatrixXd::Zero(count, count);
    MatrixXd alike = MatrixXd::Identity(count, count);
    if (ordered)
        for (Index i = 0; i < count; ++i)
            for (Index j = 0; j < count; ++j)
                alike(i, j) = std::exp(-2.0 * std::abs(static_cast<double>(i - j)) / static_cast<double>(count - 1));
    const MatrixXd centering =
        MatrixXd::Identity(count, count) - MatrixXd::Constant(count, count, 1.0 / static_cast<double>(count));
    alike = centering * alike * centering;
    // Symmetric to the last bit.
    alike = (alike + alike.transpose()).eval() / 2;
    return alike * (static_cast<double>(count) / alike.trace());
}

AnovaKernel::AnovaKernel(CategoricalChoices choices, Weights weights)
    : choices_(std::move(choices)),
      weights_(std::move(weights)),
      ratios_(ratios_of(weights_)),
      sums_(ratios_, weights_.products, RowGroups::of(choices_.places), RowGroups::of(choices_.kinds)) {}

/// interaction_i * similarity_i of the points with each value of each choice, and the points' features, with
/// room for whole lanes.
class AnovaKernel::Rows {
public:
    Rows(const AnovaKernel& kernel, const CategoricalPoints& points) {
        Index values = 0;
        for (const auto& similarity : kernel.choices_.similarities) {
            offsets_.push_back(values);
            values += similarity.rows();
        }
        rows_ = MatrixXd::Zero(wide::padded(points.count()), values);
        for (std::size_t i = 0; i < offsets_.size(); ++i) {
            const auto choice = static_cast<Index>(i);
            const MatrixXd scaled = kernel.weights_.interactions[choice] * kernel.choices_.similarities[i];
            for (Index value = 0; value < scaled.rows(); ++value) {
                double* const row = rows_.col(offsets_[i] + value).data();
                for (Index n = 0; n < points.count(); ++n) row[n] = scaled(value, points.codes(n, choice));
            }
        }
        features_ = MatrixXd::Zero(rows_.rows(), points.features.cols());
        features_.topRows(points.count()) = points.features;
        chosen_.resize(offsets_.size());
    }

    /// One row a choice: that of the value that point `n` of `points` has.
    [[nodiscard]] std::span<const double* const> of(const CategoricalPoints& points, Index n) {
        for (std::size_t i = 0; i < chosen_.size(); ++i)
            chosen_[i] = rows_.col(offsets_[i] + points.codes(n, static_cast<Index>(i))).data();
        return chosen_;
    }
    [[nodiscard]] const MatrixXd& features() const { return features_; }
    [[nodiscard]] Index length() const { return rows_.rows(); }

private:
    MatrixXd rows_;
    MatrixXd features_;
    std::vector<Index> offsets_;
    std::vector<const double*> chosen_;
};

MatrixXd AnovaKernel::operator()(const CategoricalPoints& a, const CategoricalPoints& b) const {
    // The rows are of the larger side, where they pay.
    if (a.count() < b.count()) return (*this)(b, a).transpose();
    Rows rows(*this, a);
    MatrixXd covariances(a.count(), b.count());
    VectorXd sums(rows.length());
    for (Index n = 0; n < b.count(); ++n) {
        sums_(rows.of(b, n), a.count(), sums.data());
        add_features(rows.features(), b.features.row(n), weights_.features, a.count(), sums.data());
        covariances.col(n) = constant + sums.head(a.count()).array();
    }
    return covariances;
}

VectorXd AnovaKernel::variances(const CategoricalPoints& points) const {
    const Index count = points.count();
    MatrixXd rows = MatrixXd::Zero(wide::padded(count), choices_.count());
    std::vector<const double*> chosen;
    for (Index i = 0; i < choices_.count(); ++i) {
        const VectorXd own = weights_.interactions[i] * choices_.similarities[static_cast<std::size_t>(i)].diagonal();
        for (Index n = 0; n < count; ++n) rows(n, i) = own[points.codes(n, i)];
        chosen.push_back(rows.col(i).data());
    }
    VectorXd sums(rows.rows());
    sums_(chosen, count, sums.data());
    return (constant + sums.head(count).array() + weights_.features.curve.sum() +
            (points.features.array().square().matrix() * weights_.features.line).array())
        .matrix();
}

VectorXd AnovaKernel::weighted_gradient(const CategoricalPoints& points, const MatrixXd& factors) const {
    Rows rows(*this, points);
    const Index choices = choices_.count();
    const Index inputs = points.features.cols();
    ProductSums::Slopes slopes;
    FeatureWeights by_feature{VectorXd::Zero(inputs), VectorXd::Zero(inputs)};
    VectorXd twice = VectorXd::Zero(rows.length());
    for (Index n = 0; n < points.count(); ++n) {
        // Half of the symmetric matrix, twice, and the diagonal.
        twice.head(n) = 2 * factors.col(n).head(n);
        twice[n] = factors(n, n);
        sums_.add_slopes(rows.of(points, n), twice.data(), n + 1, slopes);
        add_feature_slopes(rows.features(), points.features.row(n), twice.data(), n + 1, by_feature);
    }
    VectorXd gradient(2 * choices + Weights::sums + 2 * inputs);
    for (Index i = 0; i < choices; ++i) {
        gradient[i] = slopes.by_t[static_cast<std::size_t>(i)];
        gradient[choices + i] = slopes.by_u[static_cast<std::size_t>(i)];
    }
    const auto& weights = weights_.products;
    const auto& by_weight = slopes.by_weight;
    gradient.segment<Weights::sums>(2 * choices) << weights.singles * by_weight.singles,
        weights.pairs * by_weight.pairs, weights.triples * by_weight.triples, weights.same_place * by_weight.same_place,
        weights.same_kind * by_weight.same_kind;
    gradient.segment(2 * choices + Weights::sums, inputs) = weights_.features.line.cwiseProduct(by_feature.line);
    gradient.tail(inputs) = weights_.features.curve.cwiseProduct(by_feature.curve);
    return gradient;
}

}  // namespace hwnas
