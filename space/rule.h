#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "graph/shape.h"

namespace hwnas {

/// The values that were chosen: of a stage's own choices, in their order, and behind them
/// those of earlier stages' choices that it reads (`Stage::reads`).
using ChosenValues = std::span<const Json>;

/// What a value must be like: one of some, or within bounds.
struct ValueTest {
    std::vector<Json> one_of;  ///< empty: any within the bounds
    std::optional<double> least, most;

    [[nodiscard]] bool holds(const Json& value) const;
    /// Reads `5`, `[3, 5]` or `{"least": 14, "most": 56}`; problems go to the document.
    [[nodiscard]] static ValueTest read(const JsonValue& value);
};

/// One subject of a rule, and its test.
struct Condition {
    enum class Subject {
        choice,      ///< ChosenValues[index]
        resolution,  ///< the lesser extent of the map that enters the stage
        channels     ///< of the map that enters the stage
    };
    Subject subject = Subject::choice;
    std::size_t index = 0;
    ValueTest test;

    [[nodiscard]] bool holds(const Shape& entering, ChosenValues values) const;
};

/// Where all of `where` holds, all of `require` must.
struct Rule {
    std::vector<Condition> where;
    std::vector<Condition> require;
    std::string text;  ///< for messages

    [[nodiscard]] bool holds(const Shape& entering, ChosenValues values) const;
};

}  // namespace hwnas
