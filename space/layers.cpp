#include "space/layers.h"

#include <algorithm>

namespace hwnas::layers {
namespace {

NodeId convolution(Graph& graph, const std::string& name, NodeId input, const ConvSpec& spec, bool bias) {
    const std::int64_t pad = spec.same ? (spec.kernel - 1) / 2 : 0;
    op::Conv conv;
    conv.filters = spec.filters;
    conv.kernel = {spec.kernel, spec.kernel};
    conv.stride = {spec.stride, spec.stride};
    conv.pads = {pad, pad, pad, pad};
    conv.group = spec.group;
    conv.bias = bias;
    return graph.add(name, conv, {input});
}

}  // namespace

std::int64_t rounded_channels(double wanted, std::int64_t divisor) {
    if (divisor == 1) return std::max<std::int64_t>(1, static_cast<std::int64_t>(wanted));
    const auto step = static_cast<double>(divisor);
    auto rounded = std::max(divisor, static_cast<std::int64_t>((wanted + step / 2) / step) * divisor);
    if (static_cast<double>(rounded) < 0.9 * wanted) rounded += divisor;
    return rounded;
}

NodeId conv_norm(Graph& graph, const std::string& prefix, NodeId input, const ConvSpec& spec, Activation activation) {
    NodeId node = convolution(graph, prefix + ".conv", input, spec, spec.bias || !spec.norm);
    if (spec.norm) node = graph.add(prefix + ".norm", op::BatchNormalization{}, {node});
    if (activation) node = graph.add(prefix + ".act", op::Activation{*activation}, {node});
    return node;
}

NodeId norm_conv(Graph& graph, const std::string& prefix, NodeId input, const ConvSpec& spec,
                 op::Activation::Kind activation) {
    NodeId node = graph.add(prefix + ".norm", op::BatchNormalization{}, {input});
    node = graph.add(prefix + ".act", op::Activation{activation}, {node});
    return convolution(graph, prefix + ".conv", node, spec, false);
}

NodeId squeeze_and_excite(Graph& graph, const std::string& prefix, NodeId input, const ExciteSpec& spec) {
    const std::int64_t channels = graph.shape(input)[0];
    NodeId node = graph.add(prefix + ".pool", op::GlobalAveragePool{}, {input});
    node = convolution(graph, prefix + ".reduce", node, {spec.squeezed}, true);
    node = graph.add(prefix + ".act", op::Activation{spec.inner}, {node});
    node = convolution(graph, prefix + ".expand", node, {channels}, true);
    node = graph.add(prefix + ".gate", op::Activation{spec.gate}, {node});
    return graph.add(prefix + ".scale", op::Mul{}, {input, node});
}

NodeId inverted_residual(Graph& graph, const std::string& prefix, NodeId input, const InvertedResidualSpec& spec) {
    const Shape entering = graph.shape(input);
    const auto conv = [&](const char* name, NodeId before, ConvSpec with, Activation activation) {
        with.bias = spec.bias;
        return conv_norm(graph, prefix + name, before, with, activation);
    };
    NodeId node = input;
    if (spec.expands_always || spec.expanded != entering[0])
        node = conv(".expand", node, {spec.expanded, 1, 1, spec.group}, spec.activation);
    if (spec.group > 1) node = graph.add(prefix + ".shuffle", op::ChannelShuffle{spec.group}, {node});
    node = conv(".depthwise", node, {spec.expanded, spec.kernel, spec.stride, spec.expanded}, spec.activation);
    if (spec.excite) node = squeeze_and_excite(graph, prefix + ".se", node, *spec.excite);
    node = conv(".project", node, {spec.filters, 1, 1, spec.group}, std::nullopt);
    if (spec.skip && graph.shape(node) == entering) node = graph.add(prefix + ".add", op::Add{}, {node, input});
    return node;
}

}  // namespace hwnas::layers
