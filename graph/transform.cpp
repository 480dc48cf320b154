#include "graph/transform.h"

#include <algorithm>
#include <cmath>

namespace hwnas {

Graph rescaled(const Graph& graph, double width, std::int64_t resolution) {
    Shape input = graph.shape(graph.input());
    if (resolution > 0 && input.size() == 3) input = {input[0], resolution, resolution};
    Graph scaled(input);
    const auto narrowed = [width](std::int64_t filters, std::int64_t group) {
        const auto groups = std::llround(static_cast<double>(filters) * width / static_cast<double>(group));
        return std::max<std::int64_t>(1, groups) * group;
    };
    std::int32_t segment = 0;
    for (const auto& node : graph.nodes()) {
        if (std::holds_alternative<op::Input>(node.op)) continue;
        for (; segment < node.segment; ++segment)
            scaled.begin_segment(graph.segments()[static_cast<std::size_t>(segment) + 1]);
        op::Operator op = node.op;
        if (auto* conv = std::get_if<op::Conv>(&op)) {
            const std::int64_t channels = graph.shape(node.inputs[0])[0];
            const std::int64_t new_channels = scaled.shape(node.inputs[0])[0];
            if (conv->group == channels && conv->group > 1) {
                conv->filters = conv->filters / channels * new_channels;
                conv->group = new_channels;
            } else {
                conv->filters = narrowed(conv->filters, conv->group);
            }
        } else if (auto* gemm = std::get_if<op::Gemm>(&op)) {
            if (&node != &graph.nodes().back()) gemm->features = narrowed(gemm->features, 1);
        }
        scaled.add(node.name, std::move(op), node.inputs);
    }
    return scaled;
}

}  // namespace hwnas
