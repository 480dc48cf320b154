#include "space/layers.h"

namespace hwnas::layers {

NodeId conv_norm(Graph& graph, const std::string& prefix, NodeId input, const ConvSpec& spec,
                 std::optional<op::Activation::Kind> activation) {
    const std::int64_t pad = (spec.kernel - 1) / 2;
    op::Conv conv;
    conv.filters = spec.filters;
    conv.kernel = {spec.kernel, spec.kernel};
    conv.stride = {spec.stride, spec.stride};
    conv.pads = {pad, pad, pad, pad};
    conv.group = spec.group;
    NodeId node = graph.add(prefix + ".conv", conv, {input});
    node = graph.add(prefix + ".norm", op::BatchNormalization{}, {node});
    if (activation) node = graph.add(prefix + ".act", op::Activation{*activation}, {node});
    return node;
}

NodeId squeeze_and_excite(Graph& graph, const std::string& prefix, NodeId input, std::int64_t squeezed) {
    const auto pointwise = [](std::int64_t filters) {
        op::Conv conv;
        conv.filters = filters;
        conv.bias = true;
        return conv;
    };
    const std::int64_t channels = graph.shape(input)[0];
    NodeId node = graph.add(prefix + ".pool", op::GlobalAveragePool{}, {input});
    node = graph.add(prefix + ".reduce", pointwise(squeezed), {node});
    node = graph.add(prefix + ".act", op::Activation{op::Activation::Kind::relu}, {node});
    node = graph.add(prefix + ".expand", pointwise(channels), {node});
    node = graph.add(prefix + ".gate", op::Activation{op::Activation::Kind::sigmoid}, {node});
    return graph.add(prefix + ".scale", op::Mul{}, {input, node});
}

}  // namespace hwnas::layers
