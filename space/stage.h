#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "graph/graph.h"
#include "space/choice_space.h"

namespace hwnas {

/// The values that were chosen for a stage's choices, in their order.
using ChosenValues = std::span<const Json>;

/// A family of blocks, read from a stage's JSON: it says what can be chosen and
/// appends the nodes of what was. It begins one segment per layer.
class BlockFamily {
public:
    virtual ~BlockFamily() = default;
    [[nodiscard]] virtual std::vector<Choice> choices() const = 0;
    /// Appends to the graph behind its last node. `stage` prefixes the names of
    /// segments and nodes. Throws InputError where the input shape does not fit.
    virtual void append(Graph& graph, const std::string& stage, ChosenValues values) const = 0;
};

/// One link of a space's chain.
struct Stage {
    std::string name;
    std::shared_ptr<const BlockFamily> family;  ///< immutable, so copies of a space share it
    std::vector<Choice> choices;
};

}  // namespace hwnas
