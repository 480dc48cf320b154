
#include "graph/transform.h"

namespace hwnas {

Graph with_folded_batch_norms(const Graph& graph) {
    const auto count = graph.nodes().size();
    std::vector<int> readers(count);
    for (const auto& node : graph.nodes())
        for (const NodeId input : node.inputs) ++readers[static_cast<std::size_t>(input)];
    const auto folds = [&](const Node& node) {
        if (!std::holds_alternative<op::BatchNormalization>(node.op)) return false;
        const NodeId input = node.inputs.front();
        return std::holds_alternative<op::Conv>(graph.node(input).op) && readers[static_cast<std::size_t>(input)] == 1;
    };
    std::vector<bool> biased(count);
    for (const auto& node : graph.nodes())
        if (folds(node)) biased[static_cast<std::size_t>(node.inputs.front())] = true;

    Graph folded(graph.shape(graph.input()));
    std::vector<NodeId> moved(count);
    std::int32_t segment = 0;
    for (NodeId id = 1; id <= graph.output(); ++id) {
        const auto i = static_cast<std::size_t>(id);
        const Node& node = graph.node(id);
        if (folds(node)) {
            moved[i] = moved[static_cast<std::size_t>(node.inputs.front())];
            continue;
        }
        if (node.segment != segment)
            folded.begin_segment(graph.segments()[static_cast<std::size_t>(segment = node.segment)]);
        op::Operator op = node.op;
        if (biased[i]) std::get<op::Conv>(op).bias = true;
        std::vector<NodeId> inputs;
        for (const NodeId input : node.inputs) inputs.push_back(moved[static_cast<std::size_t>(input)]);
        moved[i] = folded.add(node.name, op, std::move(inputs));
    }
    return folded;
}

}  // namespace hwnas
