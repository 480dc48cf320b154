#include "graph/transform.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace hwnas {
namespace {

std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }

bool is_channelwise(const Graph& graph, const Node& node) {
    const auto* conv = std::get_if<op::Conv>(&node.op);
    const std::int64_t channels = graph.shape(node.inputs[0])[0];
    return conv != nullptr && conv->group == channels && channels > 1;
}

/// What each node's channels must be a multiple of: the groups into which a reader cuts
/// them, or the equal parts, wherever the network's own channels are such a multiple.
std::vector<std::int64_t> units(const Graph& graph) {
    std::vector<std::int64_t> unit(graph.nodes().size(), 1);
    const auto ask = [&](NodeId id, std::int64_t wanted) {
        const std::int64_t channels = graph.shape(id)[0];
        const std::int64_t both = std::lcm(unit[index(id)], wanted);
        if (channels % both == 0) unit[index(id)] = both;
    };
    for (NodeId id = graph.output(); id > 0; --id) {
        const Node& node = graph.node(id);
        const std::int64_t own = unit[index(id)];
        if (const auto* conv = std::get_if<op::Conv>(&node.op)) {
            if (!is_channelwise(graph, node)) ask(node.inputs[0], conv->group);
            if (is_channelwise(graph, node) && node.shape[0] == conv->group) ask(node.inputs[0], own);
        } else if (const auto* slice = std::get_if<op::Slice>(&node.op)) {
            const std::int64_t width = slice->end - slice->begin;
            const std::int64_t parts = graph.shape(node.inputs[0])[0] / width;
            ask(node.inputs[0], slice->begin % width == 0 ? parts * own : 1);
        } else if (const auto* shuffle = std::get_if<op::ChannelShuffle>(&node.op)) {
            ask(node.inputs[0], std::lcm(own, shuffle->groups));
        } else if (!std::holds_alternative<op::Gemm>(node.op) && !std::holds_alternative<op::Flatten>(node.op)) {
            for (const NodeId input : node.inputs) ask(input, own);
        }
    }
    return unit;
}

/// Where a position among a node's channels comes to lie in the rescaled network, as far as
/// that is built: cuts between the parts of a concatenation stay between them.
std::int64_t moved_position(const Graph& graph, const Graph& scaled, NodeId id, std::int64_t position) {
    std::int64_t before = 0;  // of the rescaled network's channels
    while (true) {
        const Node& node = graph.node(id);
        if (std::holds_alternative<op::Concat>(node.op)) {
            std::size_t part = 0;
            for (; part + 1 < node.inputs.size() && position >= graph.shape(node.inputs[part])[0]; ++part) {
                position -= graph.shape(node.inputs[part])[0];
                before += scaled.shape(node.inputs[part])[0];
            }
            id = node.inputs[part];
        } else if (const auto* slice = std::get_if<op::Slice>(&node.op)) {
            position += slice->begin;
            before -= std::get<op::Slice>(scaled.node(id).op).begin;
            id = node.inputs[0];
        } else if (std::holds_alternative<op::BatchNormalization>(node.op) ||
                   std::holds_alternative<op::Activation>(node.op) || std::holds_alternative<op::Pool>(node.op)) {
            id = node.inputs[0];
        } else {
            const auto share = static_cast<double>(position) / static_cast<double>(node.shape[0]);
            return before + std::llround(share * static_cast<double>(scaled.shape(id)[0]));
        }
    }
}

}  // namespace

Graph rescaled(const Graph& graph, double width, std::int64_t resolution) {
    Shape input = graph.shape(graph.input());
    if (resolution > 0 && input.size() == 3) input = {input[0], resolution, resolution};
    Graph scaled(input);
    const auto narrowed = [width](std::int64_t filters, std::int64_t unit) {
        const auto units = std::llround(static_cast<double>(filters) * width / static_cast<double>(unit));
        return std::max<std::int64_t>(1, units) * unit;
    };
    const auto unit = units(graph);
    std::int32_t segment = 0;
    for (NodeId id = 1; id <= graph.output(); ++id) {
        const Node& node = graph.node(id);
        for (; segment < node.segment; ++segment)
            scaled.begin_segment(graph.segments()[static_cast<std::size_t>(segment) + 1]);
        op::Operator op = node.op;
        if (auto* conv = std::get_if<op::Conv>(&op)) {
            if (is_channelwise(graph, node)) {
                const std::int64_t new_channels = scaled.shape(node.inputs[0])[0];
                conv->filters = conv->filters / conv->group * new_channels;
                conv->group = new_channels;
            } else {
                conv->filters = narrowed(conv->filters, std::lcm(conv->group, unit[index(id)]));
            }
        } else if (auto* gemm = std::get_if<op::Gemm>(&op)) {
            if (id != graph.output()) gemm->features = narrowed(gemm->features, 1);
        } else if (auto* slice = std::get_if<op::Slice>(&op)) {
            const auto [begin, end] = *slice;
            slice->begin = moved_position(graph, scaled, node.inputs[0], begin);
            slice->end = moved_position(graph, scaled, node.inputs[0], end);
        }
        scaled.add(node.name, std::move(op), node.inputs);
    }
    return scaled;
}

}  // namespace hwnas
