#pragma once

#include <string>

#include "graph/graph.h"

namespace hwnas::test {

inline NodeId add_conv(Graph& graph, const std::string& name, NodeId input, std::int64_t filters, std::int64_t kernel,
                       std::int64_t stride = 1, std::int64_t group = 1) {
    const std::int64_t pad = (kernel - 1) / 2;
    const op::Conv conv{filters, {kernel, kernel}, {stride, stride}, {1, 1}, {pad, pad, pad, pad}, group, false};
    NodeId node = graph.add(name + ".conv", conv, {input});
    node = graph.add(name + ".norm", op::BatchNormalization{}, {node});
    return graph.add(name + ".act", op::Activation{}, {node});
}

/// MobileNetV2's block, with squeeze-and-excite where asked for.
inline NodeId add_mobile(Graph& graph, const std::string& name, NodeId input, std::int64_t filters,
                         std::int64_t expansion, std::int64_t stride, bool excite = false) {
    graph.begin_segment(name);
    const std::int64_t channels = graph.shape(input)[0];
    const std::int64_t wide = channels * expansion;
    NodeId node = add_conv(graph, name + ".expand", input, wide, 1);
    node = add_conv(graph, name + ".depthwise", node, wide, 5, stride, wide);
    if (excite) {
        NodeId gate = graph.add(name + ".pool", op::GlobalAveragePool{}, {node});
        gate = add_conv(graph, name + ".reduce", gate, 4, 1);
        gate = add_conv(graph, name + ".restore", gate, wide, 1);
        gate = graph.add(name + ".gate", op::Activation{op::Activation::Kind::sigmoid}, {gate});
        node = graph.add(name + ".scale", op::Mul{}, {node, gate});
    }
    node = graph.add(name + ".project", op::Conv{filters}, {node});
    if (stride == 1 && filters == channels) node = graph.add(name + ".add", op::Add{}, {node, input});
    return node;
}

/// ResNet's bottleneck.
inline NodeId add_bottleneck(Graph& graph, const std::string& name, NodeId input, std::int64_t filters,
                             std::int64_t stride, std::int64_t group = 1) {
    graph.begin_segment(name);
    NodeId node = add_conv(graph, name + ".1", input, filters / 4, 1);
    node = add_conv(graph, name + ".2", node, filters / 4, 3, stride, group);
    node = add_conv(graph, name + ".3", node, filters, 1);
    NodeId past = input;
    if (stride > 1 || graph.shape(input)[0] != filters) {
        op::Conv projection{filters};
        projection.stride = {stride, stride};
        past = graph.add(name + ".project", projection, {input});
    }
    node = graph.add(name + ".add", op::Add{}, {node, past});
    return graph.add(name + ".relu", op::Activation{}, {node});
}

/// DenseNet's layer.
inline NodeId add_dense(Graph& graph, const std::string& name, NodeId input, std::int64_t growth) {
    graph.begin_segment(name);
    NodeId node = graph.add(name + ".norm", op::BatchNormalization{}, {input});
    node = graph.add(name + ".act", op::Activation{}, {node});
    node = add_conv(graph, name + ".1", node, 4 * growth, 1);
    node = graph.add(name + ".2", op::Conv{growth, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}, {node});
    return graph.add(name + ".concat", op::Concat{}, {input, node});
}

/// ShuffleNetV2's block.
inline NodeId add_shuffle(Graph& graph, const std::string& name, NodeId input) {
    graph.begin_segment(name);
    const std::int64_t channels = graph.shape(input)[0];
    const NodeId kept = graph.add(name + ".kept", op::Slice{0, channels / 2}, {input});
    NodeId node = graph.add(name + ".rest", op::Slice{channels / 2, channels}, {input});
    node = add_conv(graph, name + ".1", node, channels / 2, 1);
    node = add_conv(graph, name + ".2", node, channels / 2, 3, 1, channels / 2);
    node = add_conv(graph, name + ".3", node, channels / 2, 1);
    node = graph.add(name + ".concat", op::Concat{}, {kept, node});
    return graph.add(name + ".shuffle", op::ChannelShuffle{2}, {node});
}

inline NodeId add_stem(Graph& graph, std::int64_t filters) {
    graph.begin_segment("stem");
    return add_conv(graph, "stem", graph.output(), filters, 3, 2);
}

inline NodeId add_head(Graph& graph, std::int64_t classes) {
    graph.begin_segment("head");
    NodeId node = graph.add("head.pool", op::GlobalAveragePool{}, {graph.output()});
    node = graph.add("head.flatten", op::Flatten{}, {node});
    return graph.add("head.logits", op::Gemm{classes, true}, {node});
}

inline Graph mobile_network() {
    Graph graph({3, 64, 64});
    NodeId node = add_stem(graph, 16);
    node = add_mobile(graph, "stage1.0", node, 24, 3, 2);
    node = add_mobile(graph, "stage1.1", node, 24, 3, 1);
    node = add_mobile(graph, "stage2.0", node, 40, 6, 2, true);
    add_mobile(graph, "stage2.1", node, 40, 6, 1, true);
    add_head(graph, 10);
    return graph;
}

/// So many dense layers.
inline Graph dense_network(int layers) {
    Graph graph({3, 32, 32});
    NodeId node = add_stem(graph, 24);
    for (int i = 0; i < layers; ++i) node = add_dense(graph, "dense." + std::to_string(i), node, 12);
    add_head(graph, 100);
    return graph;
}

/// A stem, a block with a projection, so many equal ones, and a head.
inline Graph residual_network(int equal) {
    Graph graph({3, 32, 32});
    NodeId node = add_stem(graph, 16);
    node = add_bottleneck(graph, "stage1.0", node, 64, 1);
    for (int i = 1; i <= equal; ++i) node = add_bottleneck(graph, "stage1." + std::to_string(i), node, 64, 1);
    add_head(graph, 10);
    return graph;
}

/// So many segments of one convolution each, no two alike, each named after no rule; every seventh is read
/// again three segments later.
inline Graph ragged_network(int segments) {
    Graph graph({3, 128, 128});
    NodeId node = graph.input();
    std::vector<NodeId> outputs;
    for (int i = 0; i < segments; ++i) {
        graph.begin_segment("/features/<block & " + std::to_string(i * 7919 % 1000) + ">/Conv_" + std::to_string(i));
        const auto name = "n" + std::to_string(i);
        if (i % 7 == 3 && i > 3) node = graph.add(name + ".cat", op::Concat{}, {node, outputs[outputs.size() - 3]});
        node = add_conv(graph, name, node, 3 + (i * 37) % 600, i % 3 == 0 ? 3 : 1, i % 42 == 20 ? 2 : 1);
        outputs.push_back(node);
    }
    return graph;
}

}  // namespace hwnas::test
