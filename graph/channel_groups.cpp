#include "graph/channel_groups.h"

#include <map>
#include <numeric>

namespace hwnas {
namespace {

/// Sets of nodes that grow together.
class Sets {
public:
    explicit Sets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
    std::size_t find(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

private:
    std::vector<std::size_t> parent_;
};

}  // namespace

bool is_depthwise(const op::Conv& conv, std::int64_t channels) {
    return conv.group == channels && conv.filters == channels && channels > 1;
}

ChannelGroups::ChannelGroups(const Graph& graph) {
    const auto& nodes = graph.nodes();
    Sets sets(nodes.size());
    std::vector<bool> makes(nodes.size(), false);
    std::vector<bool> cut(nodes.size(), false);  // may not change
    cut.front() = cut.back() = true;
    for (std::size_t id = 1; id < nodes.size(); ++id) {
        const Node& node = nodes[id];
        const auto* conv = std::get_if<op::Conv>(&node.op);
        if (std::holds_alternative<op::Gemm>(node.op) ||
            (conv != nullptr && !is_depthwise(*conv, graph.shape(node.inputs[0])[0]))) {
            makes[id] = true;
            if (conv != nullptr && conv->group > 1) {
                cut[id] = true;
                cut[static_cast<std::size_t>(node.inputs[0])] = true;
            }
            continue;
        }
        for (const NodeId input : node.inputs) sets.join(id, static_cast<std::size_t>(input));
    }
    std::map<std::size_t, std::size_t> group_of_root;
    for (std::size_t id = 0; id < nodes.size(); ++id) {
        const auto group = group_of_root.try_emplace(sets.find(id), group_of_root.size()).first->second;
        groups_.push_back(group);
        if (group == fixed_.size()) {
            fixed_.push_back(false);
            widths_.push_back(nodes[id].shape[0]);
            makers_.emplace_back();
        }
        if (cut[id]) fixed_[group] = true;
        if (makes[id]) makers_[group].push_back(static_cast<NodeId>(id));
    }
}

}  // namespace hwnas
