#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "space/choice_table.h"

namespace hwnas {

/// A figure that is to be small.
struct SummedFigure {
    std::string name;  ///< for messages
    const ChoiceTable* table = nullptr;
    bool turned = false;  ///< more of the table's figure is better: its sign is changed
};

/// Figures of a space of choices as sums over variables and over pairs of them. A variable is a
/// choice, or several that a figure does not take apart. All numbers of a figure are multiples of one power of two that
/// keeps every sum of them exact, so that equal sums compare as equal in whatever order they were added; they are off
/// by less than 1e-14 of the figure's greatest sum for it.
struct PairwiseModel {
    struct Variable {
        std::vector<std::size_t> choices;          ///< of the space, ascending
        std::vector<Encoding> values;              ///< for each, the indices of the choices' values
        std::vector<std::vector<double>> figures;  ///< [figure][value]
    };
    struct Edge {
        std::size_t first = 0;  ///< variables, the first one decided before the second
        std::size_t second = 0;
        /// [figure][value of the first * values of the second + value of the second]; empty where the figure has none.
        std::vector<std::vector<double>> figures;
    };
    std::vector<double> constants;    ///< by figure
    std::vector<Variable> variables;  ///< in the order in which they are best decided
    std::vector<Edge> edges;          ///< at most one between two variables

    /// Of a value for each variable, in their order.
    [[nodiscard]] Encoding encoding(std::span<const std::uint16_t> values) const;
    [[nodiscard]] std::vector<double> figures(std::span<const std::uint16_t> values) const;
};

/// The order keeps few decided variables in touch with open ones, which makes partial answers comparable, and
/// decides early what matters most. Throws InputError where a figure is no such sum: it has a floor, or terms over
/// choices with more than 4,096 combinations that can't be taken apart into pairs.
[[nodiscard]] PairwiseModel pairwise_model(const CategoricalSpace& space, std::span<const SummedFigure> figures);

}  // namespace hwnas
