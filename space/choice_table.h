#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "space/categorical_space.h"

namespace hwnas {

/// A figure as a sum: a constant, and every term whose conditions all hold. One
/// condition a term is an additive model, two a pairwise one. Equal architectures
/// have equal figures: the figure of an encoding is that of its canonical form.
class ChoiceTable {
public:
    /// Choices by index, each with the index of the value that it must have.
    struct Term {
        std::vector<std::pair<std::size_t, std::uint8_t>> conditions;
        double value = 0;
    };

    /// The space must outlive this. Conditions must be at least one a term, each
    /// choice once.
    ChoiceTable(const CategoricalSpace& space, std::string unit, double constant, std::vector<Term> terms);
    /// Reads `{"unit": "ms", "constant": 1.5, "terms": [{"if": {"CHOICE": VALUE}, "value": 0.25}]}`;
    /// throws InputError with all problems.
    static ChoiceTable load(const std::filesystem::path& path, const CategoricalSpace& space);
    /// Problems go to the value's document.
    static ChoiceTable read(const JsonValue& value, const CategoricalSpace& space);
    /// A figure that is known for every canonical encoding. Throws InputError for a
    /// space of more than 2^22 encodings.
    static ChoiceTable listing(const CategoricalSpace& space, std::string unit,
                               const std::function<double(const Encoding&)>& figure);

    [[nodiscard]] const std::string& unit() const { return unit_; }
    [[nodiscard]] double operator()(const Encoding& encoding) const;
    /// No completion of the prefix is below this; some completion is at it where
    /// `least_is_reached`.
    [[nodiscard]] double least(std::span<const std::uint8_t> prefix) const;
    /// Whether the terms part into sets of choices that do not overlap.
    [[nodiscard]] bool least_is_reached() const;
    /// The same with every sign changed.
    [[nodiscard]] ChoiceTable negated() const;

private:
    /// Terms over the same choices, added up for each combination of their values.
    struct Group {
        std::vector<std::size_t> choices;  ///< ascending
        std::vector<std::size_t> sizes;    ///< of the choices
        /// least[k]: over all values of the choices behind the first k, by the mixed-radix
        /// number of those k (the last varies fastest). least.back() is the figures.
        std::vector<std::vector<double>> least;
    };
    ChoiceTable(const CategoricalSpace& space, std::string unit) : space_(&space), unit_(std::move(unit)) {}
    void add_group(std::vector<std::size_t> choices, const std::function<double(const Encoding&)>& figure);
    [[nodiscard]] double sparse_least(std::span<const std::uint8_t> prefix) const;

    const CategoricalSpace* space_;
    std::string unit_;
    double constant_ = 0;
    std::vector<Group> groups_;
    std::vector<Term> sparse_;  ///< of sets of choices with too many combinations
};

}  // namespace hwnas
