#include "regression/exponential_kernel.h"

#include <cmath>
#include <span>
#include <utility>

#include "regression/wide.h"

namespace hwnas {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr Index most_group_values = 64;

/// into[n] = scale times the product of the rows' n-th.
void multiply_rows(std::span<const double* const> rows, double scale, Index count, double* into) {
    wide::on_widest([&]() __attribute__((always_inline)) {
        for (Index n = 0; n < count; n += wide::lanes) {
            wide::Doubles product = scale - wide::Doubles{};
            for (const double* row : rows) {
                wide::Doubles factor;
                wide::load(row + n, factor);
                product *= factor;
            }
            wide::store(product, into + n);
        }
    });
}

/// sum over n of factors[n] row[n].
double sum_of_products(const double* row, const double* factors, Index count) {
    wide::Doubles sum{};
    wide::on_widest([&]() __attribute__((always_inline)) {
        for (Index n = 0; n < count; n += wide::lanes) {
            wide::Doubles a;
            wide::Doubles b;
            wide::load(row + n, a);
            wide::load(factors + n, b);
            sum += a * b;
        }
    });
    double all = 0;
    for (Index lane = 0; lane < wide::lanes; ++lane) all += sum[lane];
    return all;
}

}  // namespace

VectorXd ExponentialKernel::Weights::packed() const {
    VectorXd logs(rates.size() + 1 + line.size());
    logs << rates.array().log(), std::log(scale), line.array().log();
    return logs;
}

ExponentialKernel::Weights ExponentialKernel::Weights::unpacked(const VectorXd& logs, Index choices) {
    const VectorXd all = logs.array().exp();
    return {all.head(choices), all[choices], all.tail(all.size() - choices - 1)};
}

ExponentialKernel::ExponentialKernel(CategoricalChoices choices, Weights weights)
    : choices_(std::move(choices)), weights_(std::move(weights)) {
    for (Index i = 0; i < choices_.count(); ++i) {
        const auto& distance = choices_.distances[static_cast<std::size_t>(i)];
        falls_.emplace_back((-weights_.rates[i] * distance.array()).exp());
        if (groups_.empty() || groups_.back().values * distance.rows() > most_group_values)
            groups_.push_back({i, i, 1});
        groups_.back().end = i + 1;
        groups_.back().values *= distance.rows();
    }
}

/// How alike some points are to each value of each group, with room for whole lanes; a row is made when it is first
/// asked for.
class ExponentialKernel::Rows {
public:
    Rows(const ExponentialKernel& kernel, const CategoricalPoints& points)
        : kernel_(&kernel), points_(&points), length_(wide::padded(points.count())) {
        std::size_t values = 0;
        for (const auto& group : kernel.groups_) {
            offsets_.push_back(values);
            values += static_cast<std::size_t>(group.values);
        }
        rows_.resize(values);
        chosen_.resize(offsets_.size());
    }

    /// One row a group: that of the values that point `n` of `others` has.
    [[nodiscard]] std::span<const double* const> of(const CategoricalPoints& others, Index n) {
        for (std::size_t g = 0; g < chosen_.size(); ++g) {
            const auto& group = kernel_->groups_[g];
            Index value = 0;
            for (Index i = group.begin; i < group.end; ++i) value = value * fall(i).rows() + others.codes(n, i);
            auto& row = rows_[offsets_[g] + static_cast<std::size_t>(value)];
            if (row.size() == 0) row = made(group, others, n);
            chosen_[g] = row.data();
        }
        return chosen_;
    }
    [[nodiscard]] Index length() const { return length_; }

private:
    [[nodiscard]] const MatrixXd& fall(Index choice) const { return kernel_->falls_[static_cast<std::size_t>(choice)]; }

    [[nodiscard]] VectorXd made(const Group& group, const CategoricalPoints& others, Index other) const {
        VectorXd row = VectorXd::Zero(length_);
        const Index count = points_->count();
        row.head(count).setOnes();
        for (Index i = group.begin; i < group.end; ++i) {
            const double* const alike = fall(i).col(others.codes(other, i)).data();
            const std::uint8_t* const codes = points_->codes.col(i).data();
            for (Index n = 0; n < count; ++n) row[n] *= alike[codes[n]];
        }
        return row;
    }

    const ExponentialKernel* kernel_;
    const CategoricalPoints* points_;
    Index length_;
    std::vector<std::size_t> offsets_;  ///< of a group's rows
    std::vector<VectorXd> rows_;        ///< empty: not made yet
    std::vector<const double*> chosen_;
};

MatrixXd ExponentialKernel::operator()(const CategoricalPoints& a, const CategoricalPoints& b) const {
    // The rows are of the larger side, where they pay.
    if (a.count() < b.count()) return (*this)(b, a).transpose();
    Rows rows(*this, a);
    MatrixXd covariances(a.count(), b.count());
    VectorXd column(rows.length());
    for (Index n = 0; n < b.count(); ++n) {
        multiply_rows(rows.of(b, n), weights_.scale, a.count(), column.data());
        covariances.col(n) = column.head(a.count());
        for (Index f = 0; f < a.features.cols(); ++f)
            covariances.col(n) += weights_.line[f] * (a.features.col(f) * b.features(n, f));
    }
    return covariances;
}

VectorXd ExponentialKernel::variances(const CategoricalPoints& points) const {
    return (points.features.array().square().matrix() * weights_.line).array() + weights_.scale;
}

VectorXd ExponentialKernel::weighted_gradient(const CategoricalPoints& points, const MatrixXd& factors) const {
    Rows rows(*this, points);
    const Index choices = choices_.count();
    // Of each choice, how far each point (column by column) is from each value.
    std::vector<MatrixXd> away;
    for (Index i = 0; i < choices; ++i) {
        const auto& distance = choices_.distances[static_cast<std::size_t>(i)];
        away.push_back(MatrixXd::Zero(rows.length(), distance.cols()));
        for (Index n = 0; n < points.count(); ++n) away.back().row(n) = distance.row(points.codes(n, i));
    }
    VectorXd by_rate = VectorXd::Zero(choices);
    double by_scale = 0;
    VectorXd products = VectorXd::Zero(rows.length());
    for (Index n = 0; n < points.count(); ++n) {
        // Half of the symmetric matrix, twice, and the diagonal.
        multiply_rows(rows.of(points, n), weights_.scale, n + 1, products.data());
        products.head(n).array() *= 2 * factors.col(n).head(n).array();
        products[n] *= factors(n, n);
        products.tail(products.size() - n - 1).setZero();
        by_scale += products.head(n + 1).sum();
        for (Index i = 0; i < choices; ++i)
            by_rate[i] += sum_of_products(away[static_cast<std::size_t>(i)].col(points.codes(n, i)).data(),
                                          products.data(), n + 1);
    }
    const VectorXd by_line = (points.features.transpose() * factors * points.features).diagonal();
    VectorXd gradient(choices + 1 + weights_.line.size());
    gradient << -weights_.rates.cwiseProduct(by_rate), by_scale, weights_.line.cwiseProduct(by_line);
    return gradient;
}

}  // namespace hwnas
