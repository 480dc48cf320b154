#include "report/block_paths.h"

#include <algorithm>
#include <optional>
#include <set>

namespace hwnas {
namespace {

template <class T>
bool is(const Node& node) {
    return std::holds_alternative<T>(node.op);
}

class PathFinder {
public:
    PathFinder(const Graph& graph, const NodeRun& run) : graph_(graph), run_(run) {}

    BlockPaths find() {
        find_gates();
        count_weighted();
        find_join();
        for (NodeId id = run_.first; id <= run_.last; ++id)
            if (!gates_.contains(id) &&
                std::find(paths_.shortcut.begin(), paths_.shortcut.end(), id) == paths_.shortcut.end())
                paths_.main.push_back(id);
        return paths_;
    }

private:
    /// A product of a tensor with something that is pooled from it.
    void find_gates() {
        for (NodeId id = run_.first; id <= run_.last; ++id) {
            const Node& node = graph_.node(id);
            if (!is<op::Mul>(node)) continue;
            for (const std::size_t side : {1, 0}) {
                const auto nodes = gate_nodes(node.inputs[side], node.inputs[1 - side]);
                if (nodes.empty()) continue;
                gates_.insert(nodes.begin(), nodes.end());
                gates_.insert(id);
                paths_.gated = true;
                break;
            }
        }
    }

    /// The chain from a gate back to where `gated` is pooled; empty where there is no such chain.
    [[nodiscard]] std::vector<NodeId> gate_nodes(NodeId gate, NodeId gated) const {
        std::vector<NodeId> chain;
        while (run_.holds(gate) && graph_.node(gate).inputs.size() == 1) {
            chain.push_back(gate);
            const NodeId before = graph_.node(gate).inputs[0];
            if (is<op::GlobalAveragePool>(graph_.node(gate))) return before == gated ? chain : std::vector<NodeId>{};
            gate = before;
        }
        return {};
    }

    /// For each node the most convolutions on a way from the block's input to it.
    void count_weighted() {
        weighted_.assign(static_cast<std::size_t>(run_.last - run_.first) + 1, 0);
        for (NodeId id = run_.first; id <= run_.last; ++id) {
            const Node& node = graph_.node(id);
            int most = 0;
            for (const NodeId input : node.inputs) most = std::max(most, weighted(input));
            const bool counts = (is<op::Conv>(node) || is<op::Gemm>(node)) && !gates_.contains(id);
            weighted_[static_cast<std::size_t>(id - run_.first)] = most + (counts ? 1 : 0);
        }
    }
    [[nodiscard]] int weighted(NodeId id) const {
        return run_.holds(id) ? weighted_[static_cast<std::size_t>(id - run_.first)] : 0;
    }

    void find_join() {
        const auto found = last_join();
        if (!found) return;
        const Node& node = graph_.node(*found);
        const auto least = *std::min_element(node.inputs.begin(), node.inputs.end(),
                                             [this](NodeId a, NodeId b) { return weighted(a) < weighted(b); });
        const int others = weighted(*found);
        if (others == 0) return;
        if (weighted(least) == 0) paths_.join = is<op::Add>(node) ? BlockJoin::add : BlockJoin::concat;
        if (weighted(least) == 1 && others > 1 && is<op::Add>(node)) {
            paths_.join = BlockJoin::projected_add;
            paths_.shortcut = shortcut_nodes(least);
        }
    }

    /// The addition or concatenation that the block ends with, but for what changes no values' places much.
    [[nodiscard]] std::optional<NodeId> last_join() const {
        for (NodeId id = run_.last; run_.holds(id);) {
            const Node& node = graph_.node(id);
            if (is<op::Add>(node) || is<op::Concat>(node)) return id;
            if (!is<op::Activation>(node) && !is<op::BatchNormalization>(node) && !is<op::ChannelShuffle>(node)) break;
            id = node.inputs[0];
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<NodeId> shortcut_nodes(NodeId id) const {
        std::vector<NodeId> nodes;
        while (run_.holds(id) && graph_.node(id).inputs.size() == 1) {
            // What the main path reads too is no part of the shortcut.
            if (weighted(id) == 0 && readers(id) > 1) break;
            nodes.push_back(id);
            id = graph_.node(id).inputs[0];
        }
        return nodes;
    }
    [[nodiscard]] std::ptrdiff_t readers(NodeId id) const {
        std::ptrdiff_t count = 0;
        for (NodeId other = id + 1; other <= run_.last; ++other) {
            const auto& inputs = graph_.node(other).inputs;
            count += std::count(inputs.begin(), inputs.end(), id);
        }
        return count;
    }

    const Graph& graph_;
    NodeRun run_;
    std::set<NodeId> gates_;
    std::vector<int> weighted_;
    BlockPaths paths_;
};

}  // namespace

BlockPaths block_paths(const Graph& graph, const NodeRun& run) { return PathFinder(graph, run).find(); }

}  // namespace hwnas
