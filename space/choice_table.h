#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "space/categorical_space.h"
#include "space/figure_part.h"

namespace hwnas {

/// A figure as a sum: a constant, and every term whose conditions all hold. One
/// condition a term is an additive model, two a pairwise one. Equal architectures
/// have equal figures: the figure of an encoding is that of its canonical form.
/// With a floor it is the soft maximum (floor^p + sum^p)^(1 / p) of two such sums, of which
/// what is below 0 counts as 0: a pipeline that waits for the slower of its two ends.
class ChoiceTable {
public:
    /// Choices by index, each with the index of the value that it must have.
    struct Term {
        std::vector<std::pair<std::size_t, std::uint8_t>> conditions;
        double value = 0;
    };
    /// What is measured, as the file says it; a text is empty where it doesn't.
    struct About {
        std::string device;
        std::string quantity;    ///< such as `latency` or `amortised_latency`: what the figure may be called
        std::string amortised;   ///< how, where the figure is a mean over a batch
        std::int64_t batch = 0;  ///< images that were measured together; 0: not told
        Json source;             ///< where it is from: repository, commit, licence
        Json held_out;           ///< how well the terms tell what they were not fitted to
    };

    /// The space must outlive this. Conditions must be at least one a term, each
    /// choice once.
    ChoiceTable(const CategoricalSpace& space, std::string unit, double constant, std::vector<Term> terms);
    /// Reads `{"unit": "ms", "constant": 1.5, "terms": [{"if": {"CHOICE": VALUE}, "value": 0.25}]}`,
    /// with `"floor": {"constant": 1, "terms": [...], "exponent": 8}` where there is one, and
    /// `device`, `quantity`, `amortised`, `batch`, `source` and `held_out`; throws InputError with all problems.
    static ChoiceTable load(const std::filesystem::path& path, const CategoricalSpace& space);
    /// Problems go to the value's document.
    static ChoiceTable read(const JsonValue& value, const CategoricalSpace& space);
    /// A figure that is known for every canonical encoding. Throws InputError for a
    /// space of more than 2^22 encodings.
    static ChoiceTable listing(const CategoricalSpace& space, std::string unit,
                               const std::function<double(const Encoding&)>& figure);

    /// Gives the table a floor (whose own floor, if it has one, counts too) and the exponent p,
    /// at least 1, of the soft maximum.
    void set_floor(ChoiceTable floor, double exponent);

    [[nodiscard]] const std::string& unit() const { return unit_; }
    [[nodiscard]] const About& about() const { return about_; }
    [[nodiscard]] double operator()(const Encoding& encoding) const;
    /// No completion of the prefix is below this; some completion is at it where
    /// `least_is_reached`.
    [[nodiscard]] double least(std::span<const std::uint8_t> prefix) const;
    /// Whether the terms part into sets of choices that do not overlap, with no floor or a constant one.
    [[nodiscard]] bool least_is_reached() const;
    /// The same with every sign changed.
    [[nodiscard]] ChoiceTable negated() const;
    /// Without a floor, the figure of every encoding is `constant` and these, added up. Nothing where
    /// there is a floor, or a term over so many combinations of values that they are not listed.
    [[nodiscard]] std::optional<std::vector<FigurePart>> parts() const;
    [[nodiscard]] double constant() const { return constant_; }

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
    [[nodiscard]] double sum_least(std::span<const std::uint8_t> prefix) const;
    [[nodiscard]] double sparse_least(std::span<const std::uint8_t> prefix) const;

    const CategoricalSpace* space_;
    std::string unit_;
    double constant_ = 0;
    std::vector<Group> groups_;
    std::vector<Term> sparse_;  ///< of sets of choices with too many combinations
    About about_;
    std::shared_ptr<const ChoiceTable> floor_;  ///< null without
    double exponent_ = 1;
    double sign_ = 1;  ///< -1: groups and floor hold the negated sums of a floored figure
};

}  // namespace hwnas
