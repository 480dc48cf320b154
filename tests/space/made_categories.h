#pragma once

#include <functional>

#include "core/rng.h"
#include "space/choice_table.h"

namespace hwnas::test {

inline CategoricalSpace space_of(const Json& json) {
    auto document = JsonDocument::from_value(json, "made");
    auto space = CategoricalSpace::read(JsonValue(document));
    document.throw_problems();
    return space;
}

/// Four choices of 3, 2, 3 and 3 values; a 0 may stand at c or at d.
inline const CategoricalSpace& made_categories() {
    static const CategoricalSpace space = space_of({{"name", "made"},
                                                    {"type", "categorical"},
                                                    {"choices",
                                                     {{{"name", "a"}, {"values", {1, 4, 6}}},
                                                      {{"name", "b"}, {"values", {"x", "y"}}},
                                                      {{"name", "c"}, {"values", {0, 1, 2}}},
                                                      {{"name", "d"}, {"values", {0, 1, 2}}}}},
                                                    {"interchangeable", {{{"value", 0}, {"among", {"c", "d"}}}}}});
    return space;
}

/// Calls for every encoding of a space, or every completion of a prefix.
inline void each_encoding(const CategoricalSpace& space, const std::function<void(const Encoding&)>& call,
                          Encoding prefix = {}) {
    if (prefix.size() == space.choices().size()) return call(prefix);
    const auto values = space.choices()[prefix.size()].values.size();
    prefix.push_back(0);
    for (std::size_t value = 0; value < values; ++value) {
        prefix.back() = static_cast<std::uint8_t>(value);
        each_encoding(space, call, prefix);
    }
}

/// A term over the given choices with values drawn at random.
inline ChoiceTable::Term random_term(const CategoricalSpace& space, const std::vector<std::size_t>& choices, Rng& rng) {
    ChoiceTable::Term term;
    for (const std::size_t choice : choices)
        term.conditions.emplace_back(choice,
                                     static_cast<std::uint8_t>(rng.below(space.choices()[choice].values.size())));
    term.value = static_cast<double>(rng.below(2001)) / 1000 - 1;
    return term;
}

inline double naive(const CategoricalSpace& space, double constant, const std::vector<ChoiceTable::Term>& terms,
                    const Encoding& encoding) {
    const Encoding canonical = space.canonical(encoding);
    for (const auto& term : terms) {
        bool holds = true;
        for (const auto& [choice, value] : term.conditions) holds = holds && canonical[choice] == value;
        if (holds) constant += term.value;
    }
    return constant;
}

}  // namespace hwnas::test
