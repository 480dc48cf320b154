#include "graph/channel_groups.h"

#include <map>
#include <numeric>

namespace hwnas {
namespace {

using Parts = std::vector<std::size_t>;

/// Sets of channel runs that grow together.
class Sets {
public:
    std::size_t add() {
        parent_.push_back(parent_.size());
        return parent_.size() - 1;
    }
    std::size_t find(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

private:
    std::vector<std::size_t> parent_;
};

/// Runs of channels, as nodes begin them, and what ties them together.
class Runs {
public:
    explicit Runs(const Graph& graph) : graph_(graph) {
        for (NodeId id = 0; id <= graph.output(); ++id) parts_.push_back(parts_of(id));
        for (const NodeId end : {graph.input(), graph.output()}) fix(end);
    }

    Sets sets;
    std::vector<std::int64_t> widths;  ///< by run
    std::vector<bool> fixed;
    std::vector<NodeId> makers;  ///< 0 where none is

    [[nodiscard]] const Parts& parts(NodeId id) const { return parts_[static_cast<std::size_t>(id)]; }

private:
    Parts begin(NodeId id, bool is_maker, bool is_fixed) {
        widths.push_back(graph_.shape(id)[0]);
        fixed.push_back(is_fixed);
        makers.push_back(is_maker ? id : 0);
        return {sets.add()};
    }
    void fix(NodeId id) {
        for (const auto run : parts(id)) fixed[run] = true;
    }
    Parts parts_of(NodeId id) {
        const Node& node = graph_.node(id);
        if (node.inputs.empty()) return begin(id, false, true);
        const NodeId input = node.inputs[0];
        if (std::holds_alternative<op::Gemm>(node.op)) return begin(id, true, false);
        if (const auto* conv = std::get_if<op::Conv>(&node.op);
            conv != nullptr && !is_depthwise(*conv, graph_.shape(input)[0])) {
            if (conv->group > 1) fix(input);
            return begin(id, true, conv->group > 1);
        }
        if (std::holds_alternative<op::Slice>(node.op) || std::holds_alternative<op::ChannelShuffle>(node.op)) {
            fix(input);
            return begin(id, false, true);
        }
        if (std::holds_alternative<op::Concat>(node.op)) {
            Parts all;
            for (const NodeId each : node.inputs) all.insert(all.end(), parts(each).begin(), parts(each).end());
            return all;
        }
        if (node.inputs.size() > 1) tie(node.inputs);
        return parts(input);
    }
    void tie(const std::vector<NodeId>& operands) {
        const bool single = parts(operands[0]).size() == 1 && parts(operands[1]).size() == 1;
        if (single) return sets.join(parts(operands[1])[0], parts(operands[0])[0]);
        for (const NodeId operand : operands) fix(operand);
    }

    const Graph& graph_;
    std::vector<Parts> parts_;
};

}  // namespace

bool is_depthwise(const op::Conv& conv, std::int64_t channels) {
    return conv.group == channels && conv.filters == channels && channels > 1;
}

ChannelGroups::ChannelGroups(const Graph& graph) {
    Runs runs(graph);
    std::map<std::size_t, std::size_t> group_of_root;
    const auto group_of = [&](std::size_t run) {
        const auto group = group_of_root.try_emplace(runs.sets.find(run), group_of_root.size()).first->second;
        if (group == fixed_.size()) {
            fixed_.push_back(false);
            widths_.push_back(runs.widths[run]);
            makers_.emplace_back();
        }
        return group;
    };
    for (NodeId id = 0; id <= graph.output(); ++id) {
        parts_.emplace_back();
        for (const auto run : runs.parts(id)) parts_.back().push_back(group_of(run));
    }
    for (std::size_t run = 0; run < runs.fixed.size(); ++run) {
        const auto group = group_of(run);
        if (runs.fixed[run]) fixed_[group] = true;
        if (runs.makers[run] != 0) makers_[group].push_back(runs.makers[run]);
    }
}

}  // namespace hwnas
