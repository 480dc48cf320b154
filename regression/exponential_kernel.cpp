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

/// into[n] += line[f] * (figures[f] * rows[f][n]), for each f.
void add_lines(const RowMajorMatrix& rows, const VectorXd& figures, const VectorXd& line, Index count, double* into) {
    wide::on_widest([&]() __attribute__((always_inline)) {
        for (Index f = 0; f < figures.size(); ++f) {
            const double* row = rows.row(f).data();
            const double figure = figures[f];
            const double slope = line[f];
            for (Index n = 0; n < count; n += wide::lanes) {
                wide::Doubles others;
                wide::Doubles sum;
                wide::load(row + n, others);
                wide::load(into + n, sum);
                sum += slope * (figure * others);
                wide::store(sum, into + n);
            }
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

ExponentialKernel::Table::Table(const ExponentialKernel& kernel, const CategoricalPoints& points) {
    Index values = 0;
    for (const auto& group : kernel.groups_) {
        first_value_.push_back(values);
        values += group.values;
    }
    alike_.resize(values, 0);
    features_.resize(points.features.cols(), 0);
    append(kernel, points);
}

void ExponentialKernel::Table::grow(Index count) {
    if (count <= alike_.cols()) return;
    const Index room = wide::padded(count_ == 0 ? count : count + count / 2);
    for (auto* table : {&alike_, &features_}) {
        RowMajorMatrix larger = RowMajorMatrix::Zero(table->rows(), room);
        larger.leftCols(count_) = table->leftCols(count_);
        *table = std::move(larger);
    }
}

void ExponentialKernel::Table::append(const ExponentialKernel& kernel, const CategoricalPoints& points) {
    const Index more = points.count();
    grow(count_ + more);
    features_.middleCols(count_, more) = points.features.transpose();
    for (std::size_t g = 0; g < kernel.groups_.size(); ++g) {
        const auto& group = kernel.groups_[g];
        // The values of a group count up with its last choice the fastest.
        Index after = group.values;
        alike_.block(first_value_[g], count_, group.values, more).setOnes();
        for (Index i = group.begin; i < group.end; ++i) {
            const auto& fall = kernel.falls_[static_cast<std::size_t>(i)];
            const std::uint8_t* const codes = points.codes.col(i).data();
            after /= fall.rows();
            for (Index value = 0; value < group.values; ++value) {
                const double* const alike = fall.col(value / after % fall.rows()).data();
                double* const row = &alike_(first_value_[g] + value, count_);
                for (Index n = 0; n < more; ++n) row[n] *= alike[codes[n]];
            }
        }
    }
    count_ += more;
}

std::vector<const double*> ExponentialKernel::rows_of(const CategoricalPoints& points, Index n,
                                                      const Table& table) const {
    std::vector<const double*> rows;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        Index value = 0;
        for (Index i = groups_[g].begin; i < groups_[g].end; ++i)
            value = value * falls_[static_cast<std::size_t>(i)].rows() + points.codes(n, i);
        rows.push_back(table.alike_.row(table.first_value_[g] + value).data());
    }
    return rows;
}

RowMajorMatrix ExponentialKernel::operator()(const CategoricalPoints& points, const Table& table) const {
    RowMajorMatrix covariances(points.count(), table.count_);
    VectorXd row(wide::padded(table.count_));
    for (Index n = 0; n < points.count(); ++n) {
        multiply_rows(rows_of(points, n, table), weights_.scale, table.count_, row.data());
        add_lines(table.features_, points.features.row(n), weights_.line, table.count_, row.data());
        covariances.row(n) = row.head(table.count_).transpose();
    }
    return covariances;
}

RowMajorMatrix ExponentialKernel::operator()(const CategoricalPoints& a, const CategoricalPoints& b) const {
    return (*this)(a, Table(*this, b));
}

VectorXd ExponentialKernel::variances(const CategoricalPoints& points) const {
    return (points.features.array().square().matrix() * weights_.line).array() + weights_.scale;
}

VectorXd ExponentialKernel::weighted_gradient(const CategoricalPoints& points, const MatrixXd& factors) const {
    const Table table(*this, points);
    const Index length = wide::padded(points.count());
    const Index choices = choices_.count();
    // Of each choice, how far each point (column by column) is from each value.
    std::vector<MatrixXd> away;
    for (Index i = 0; i < choices; ++i) {
        const auto& distance = choices_.distances[static_cast<std::size_t>(i)];
        away.push_back(MatrixXd::Zero(length, distance.cols()));
        for (Index n = 0; n < points.count(); ++n) away.back().row(n) = distance.row(points.codes(n, i));
    }
    VectorXd by_rate = VectorXd::Zero(choices);
    double by_scale = 0;
    VectorXd products = VectorXd::Zero(length);
    for (Index n = 0; n < points.count(); ++n) {
        // Half of the symmetric matrix, twice, and the diagonal.
        multiply_rows(rows_of(points, n, table), weights_.scale, n + 1, products.data());
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
