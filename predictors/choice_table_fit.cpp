#include "predictors/choice_table_fit.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include "regression/least_squares.h"
#include "regression/soft_maximum.h"

namespace hwnas {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::array ridges{1e-6, 1e-2, 1.0, 30.0};
constexpr std::array exponents{4.0, 8.0, 16.0};
constexpr double floor_ridge = 1e-4;
constexpr double as_good = 1.02;  // squared error over the least one

/// Which columns a group has in a matrix of predictors: a combination's indicator each, and
/// behind them, where layers count, the same times the number of further layers.
class GroupColumns {
public:
    GroupColumns(const CategoricalSpace& space, const TermGroup& group, Index first)
        : space_(&space), group_(group), first_(first) {
        for (const std::size_t choice : group.choices)
            combinations_ *= static_cast<Index>(space.choices()[choice].values.size());
    }
    [[nodiscard]] Index end() const { return first_ + combinations_ * (group_.layers ? 2 : 1); }

    void write(const Encoding& encoding, MatrixXd& rows, Index row) const {
        Index number = 0;
        for (const std::size_t choice : group_.choices)
            number = number * static_cast<Index>(space_->choices()[choice].values.size()) + encoding[choice];
        rows(row, first_ + number) = 1;
        if (group_.layers) rows(row, first_ + combinations_ + number) = further_layers(encoding[*group_.layers]);
    }

    void add_terms(const VectorXd& coefficients, std::vector<ChoiceTable::Term>& terms) const {
        for (Index number = 0; number < combinations_; ++number) {
            ChoiceTable::Term term;
            Index rest = number;
            for (auto choice = group_.choices.rbegin(); choice != group_.choices.rend(); ++choice) {
                const auto size = static_cast<Index>(space_->choices()[*choice].values.size());
                term.conditions.insert(term.conditions.begin(), {*choice, static_cast<std::uint8_t>(rest % size)});
                rest /= size;
            }
            term.value = coefficients[first_ + number];
            if (!group_.layers) {
                if (!term.conditions.empty()) terms.push_back(std::move(term));
                continue;
            }
            const std::size_t layers = space_->choices()[*group_.layers].values.size();
            for (std::size_t value = 0; value < layers; ++value) {
                auto with_layers = term;
                with_layers.conditions.emplace_back(*group_.layers, static_cast<std::uint8_t>(value));
                with_layers.value += further_layers(value) * coefficients[first_ + combinations_ + number];
                terms.push_back(std::move(with_layers));
            }
        }
    }

private:
    [[nodiscard]] double further_layers(std::size_t value) const {
        return space_->choices()[*group_.layers].values[value].get<double>() - 1;
    }

    const CategoricalSpace* space_;
    TermGroup group_;
    Index first_;
    Index combinations_ = 1;
};

/// The predictors of some groups.
class Design {
public:
    Design(const CategoricalSpace& space, const std::vector<TermGroup>& groups) {
        for (const auto& group : groups) groups_.emplace_back(space, group, columns());
    }
    [[nodiscard]] Index columns() const { return groups_.empty() ? 0 : groups_.back().end(); }
    [[nodiscard]] MatrixXd rows(const std::vector<Encoding>& encodings) const {
        MatrixXd rows = MatrixXd::Zero(static_cast<Index>(encodings.size()), columns());
        for (std::size_t i = 0; i < encodings.size(); ++i)
            for (const auto& group : groups_) group.write(encodings[i], rows, static_cast<Index>(i));
        return rows;
    }
    [[nodiscard]] FittedTerms terms(double constant, const VectorXd& coefficients) const {
        FittedTerms fitted{constant, {}};
        for (const auto& group : groups_) group.add_terms(coefficients, fitted.terms);
        return fitted;
    }

private:
    std::vector<GroupColumns> groups_;
};

/// A ridge fit whose constant is free.
SoftMaximum fit_sum(const MatrixXd& rows, const VectorXd& targets, double ridge) {
    const Eigen::RowVectorXd means = rows.colwise().mean();
    SoftMaximum fitted;
    fitted.sum = fit_least_squares(rows.rowwise() - means, targets.array() - targets.mean(), {ridge, false, 0});
    fitted.sum_constant = targets.mean() - means.dot(fitted.sum);
    return fitted;
}

struct Candidate {
    const Design* sum;
    const Design* floor;  ///< null without
    double ridge;
    double exponent;
};

SoftMaximum fit(const Candidate& candidate, const MatrixXd& rows, const VectorXd& targets) {
    const Index columns = candidate.sum->columns();
    if (candidate.floor == nullptr) return fit_sum(rows, targets, candidate.ridge);
    return fit_soft_maximum(rows.leftCols(columns), rows.rightCols(rows.cols() - columns), targets, candidate.exponent,
                            candidate.ridge);
}

VectorXd predict(const Candidate& candidate, const SoftMaximum& fitted, const MatrixXd& rows) {
    const Index columns = candidate.sum->columns();
    if (candidate.floor == nullptr) return (rows * fitted.sum).array() + fitted.sum_constant;
    return fitted(rows.leftCols(columns), rows.rightCols(rows.cols() - columns));
}

/// Each model with the ridges and exponents that are tried.
std::vector<Candidate> candidates_of(const Design& sum, const Design* floor) {
    std::vector<Candidate> candidates;
    if (floor == nullptr)
        for (const double ridge : ridges) candidates.push_back({&sum, nullptr, ridge, 0});
    else
        for (const double exponent : exponents) candidates.push_back({&sum, floor, floor_ridge, exponent});
    return candidates;
}

}  // namespace

FittedTable fit_choice_table(const CategoricalSpace& space, const MeasuredChoices& measured,
                             const std::vector<TableModel>& models, std::size_t folds, std::uint64_t seed) {
    if (models.empty()) throw std::invalid_argument("a table of choices without a model");
    const VectorXd targets =
        Eigen::Map<const VectorXd>(measured.figures.data(), static_cast<Index>(measured.figures.size()));
    const auto sets = folds_of(measured.figures.size(), folds, seed);

    FittedTable table;
    table.folds = folds;
    std::vector<double> errors;
    const auto rows_for = [&](const Design& sum, const Design* floor) {
        MatrixXd rows(targets.size(), sum.columns() + (floor != nullptr ? floor->columns() : 0));
        rows.leftCols(sum.columns()) = sum.rows(measured.encodings);
        if (floor != nullptr) rows.rightCols(floor->columns()) = floor->rows(measured.encodings);
        return rows;
    };
    for (const auto& model : models) {
        const Design sum(space, model.sum);
        const std::optional<Design> floor = model.floor ? std::optional(Design(space, {*model.floor})) : std::nullopt;
        const MatrixXd rows = rows_for(sum, floor ? &*floor : nullptr);
        double least = std::numeric_limits<double>::infinity();
        FittedModel best{model.name, 0, 0, {}};
        for (const auto& candidate : candidates_of(sum, floor ? &*floor : nullptr)) {
            const auto predicted =
                held_out_predictions(rows, targets, sets, [&](const MatrixXd& a, const VectorXd& y, const MatrixXd& b) {
                    return predict(candidate, fit(candidate, a, y), b);
                });
            const double error = (Eigen::Map<const VectorXd>(predicted.data(), targets.size()) - targets).squaredNorm();
            if (!(error < least)) continue;
            least = error;
            best = {model.name, candidate.ridge, candidate.exponent, agreement(predicted, measured.figures)};
        }
        errors.push_back(least);
        table.models.push_back(std::move(best));
    }
    const double least = *std::min_element(errors.begin(), errors.end());
    while (errors[table.chosen] > as_good * least) ++table.chosen;

    const auto& model = models[table.chosen];
    const auto& best = table.models[table.chosen];
    const Design sum(space, model.sum);
    const std::optional<Design> floor = model.floor ? std::optional(Design(space, {*model.floor})) : std::nullopt;
    const Candidate candidate{&sum, floor ? &*floor : nullptr, best.ridge, best.exponent};
    const auto fitted = fit(candidate, rows_for(sum, candidate.floor), targets);
    table.sum = sum.terms(fitted.sum_constant, fitted.sum);
    if (floor) table.floor = floor->terms(fitted.floor_constant, fitted.floor);
    return table;
}

}  // namespace hwnas
