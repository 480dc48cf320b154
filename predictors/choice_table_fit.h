#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "regression/agreement.h"
#include "space/choice_table.h"

namespace hwnas {

/// Terms of a table: one for each combination of some choices' values.
struct TermGroup {
    std::vector<std::size_t> choices;
    /// A choice that counts layers (its values are numbers): the first layer has one figure,
    /// and each further one another, for each combination of the `choices`.
    std::optional<std::size_t> layers;
};

/// What figures may be made of.
struct TableModel {
    std::string name;
    std::vector<TermGroup> sum;
    /// Where there is one, the figure is the soft maximum of the sum and of this: see ChoiceTable.
    /// A group of no choices is a constant floor.
    std::optional<TermGroup> floor;
};

/// Figures of encodings.
struct MeasuredChoices {
    std::vector<Encoding> encodings;
    std::vector<double> figures;
};

/// A model, as it was fitted.
struct FittedModel {
    std::string name;
    double ridge = 0;
    double exponent = 0;  ///< of the soft maximum; 0 without a floor
    Agreement held_out;   ///< of each row as predicted from the other folds
};

/// A figure's constant and terms.
struct FittedTerms {
    double constant = 0;
    std::vector<ChoiceTable::Term> terms;
};

/// A fitted table, all rows used.
struct FittedTable {
    FittedTerms sum;
    std::optional<FittedTerms> floor;
    std::size_t chosen = 0;           ///< index into `models`
    std::vector<FittedModel> models;  ///< as given, each at its best ridge and exponent
    std::size_t folds = 0;
};

/// Fits each model with a few strengths of ridge (and exponents of the soft maximum), and takes
/// the one of least squared error on rows held out in turn; of models within 2 % of that, the
/// first. Predictors of a model are its indicators, times the number of further layers for
/// those. Throws std::invalid_argument where there are fewer rows than folds or no model.
[[nodiscard]] FittedTable fit_choice_table(const CategoricalSpace& space, const MeasuredChoices& measured,
                                           const std::vector<TableModel>& models, std::size_t folds = 5,
                                           std::uint64_t seed = 1);

}  // namespace hwnas
