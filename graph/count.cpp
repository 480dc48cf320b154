#include <algorithm>

#include "graph/graph.h"

namespace hwnas {
namespace {

constexpr std::int64_t bytes_per_float = 4;

/// The index of each node's last reader; the output is read by the world.
std::vector<std::size_t> last_readers(const Graph& graph) {
    std::vector<std::size_t> last(graph.nodes().size());
    for (std::size_t i = 0; i < last.size(); ++i) {
        last[i] = i;
        for (const NodeId input : graph.nodes()[i].inputs) last[static_cast<std::size_t>(input)] = i;
    }
    last.back() = last.size();
    return last;
}

bool works_in_place(const op::Operator& op) {
    return std::holds_alternative<op::BatchNormalization>(op) || std::holds_alternative<op::Activation>(op) ||
           std::holds_alternative<op::Flatten>(op);
}

std::int64_t peak_activation_bytes(const Graph& graph) {
    const auto& nodes = graph.nodes();
    const auto last = last_readers(graph);
    std::int64_t alive = 0;
    std::int64_t peak = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& node = nodes[i];
        const bool in_place = works_in_place(node.op) && last[static_cast<std::size_t>(node.inputs[0])] == i;
        alive += element_count(node.shape);
        peak = std::max(peak, alive - (in_place ? element_count(node.shape) : 0));
        auto dead = node.inputs;
        std::sort(dead.begin(), dead.end());
        dead.erase(std::unique(dead.begin(), dead.end()), dead.end());
        for (const NodeId input : dead)
            if (last[static_cast<std::size_t>(input)] == i) alive -= element_count(graph.shape(input));
    }
    return peak * bytes_per_float;
}

}  // namespace

GraphCounts count(const Graph& graph) {
    GraphCounts counts;
    for (const auto& node : graph.nodes()) {
        const auto inputs = graph.input_shapes(node);
        counts.macs += op::count_macs(node.op, inputs, node.shape);
        for (const auto& spec : op::weight_specs(node.op, inputs))
            if (spec.trainable) counts.parameters += element_count(spec.shape);
    }
    counts.peak_activation_bytes = peak_activation_bytes(graph);
    return counts;
}

}  // namespace hwnas
