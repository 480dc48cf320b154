#pragma once

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace hwnas {

/// A graph's nodes as `canonical_text` has them, to stand behind those of other graphs: so a network's text is had from
/// those of its segments.
class CanonicalNodes {
public:
    explicit CanonicalNodes(const Graph& graph);

    /// Their text, piece by piece, as nodes of a whole in which the graph's input is node `input` and its others
    /// come next.
    template <typename Take>
    void write(NodeId input, const Take& take) const {
        std::size_t done = 0;
        std::array<char, 16> number;
        for (const auto& [at, node] : inputs_) {
            take(std::string_view(text_).substr(done, at - done));
            const char* end = std::to_chars(number.data(), number.data() + number.size(), node + input).ptr;
            take(std::string_view(number.data(), static_cast<std::size_t>(end - number.data())));
            done = at;
        }
        take(std::string_view(text_).substr(done));
    }
    /// Nodes, the input not among them.
    [[nodiscard]] NodeId count() const { return count_; }

private:
    struct Input {
        std::size_t at;  ///< where its number stands in the text
        NodeId node;
    };
    std::string text_;  ///< without the numbers of inputs
    std::vector<Input> inputs_;
    NodeId count_;
};

}  // namespace hwnas
