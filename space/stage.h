#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "graph/graph.h"
#include "space/choice_space.h"
#include "space/rule.h"

namespace hwnas {

/// What a stage appends to a network. It begins one segment per layer.
class StageBuilder {
public:
    virtual ~StageBuilder() = default;
    [[nodiscard]] virtual std::vector<Choice> choices() const = 0;
    /// Appends to the graph behind its last node. `stage` prefixes the names of
    /// segments and nodes. Throws InputError where values and the input shape do not
    /// go together.
    virtual void append(Graph& graph, const std::string& stage, ChosenValues values) const = 0;
    /// What the values of earlier choices come to for this stage: it builds the same for
    /// two lists of values with equal effects. `read` holds those of `Stage::reads`.
    [[nodiscard]] virtual Json effect(ChosenValues read) const {
        return Json(std::vector<Json>(read.begin(), read.end()));
    }
};

/// One link of a space's chain. Without a builder it only has choices, which later
/// stages read.
struct Stage {
    std::string name;
    std::shared_ptr<const StageBuilder> builder;  ///< immutable, so copies of a space share it
    std::vector<Choice> choices;
    /// Choices of earlier stages whose values it needs too, as positions in an
    /// encoding: first those that the builder reads, in its order, then those of rules.
    std::vector<std::size_t> reads;
    std::vector<Rule> rules;
};

}  // namespace hwnas
