#pragma once

#include <cmath>
#include <string>

#include "core/rng.h"
#include "graph/graph.h"
#include "graph/weights.h"
#include "space/search_space.h"

/// Networks and weights that the tests of the ONNX writer share.
namespace hwnas::test {

/// Weights of every shape that a graph asks for. Scales keep activations near
/// one; statistics of batch norms are far from their start, so that dropping or
/// swapping one shows.
inline Weights random_weights(const Graph& graph, std::uint64_t seed) {
    Rng rng(seed);
    Weights weights;
    for (const auto& spec : weight_specs(graph)) {
        const std::string kind = spec.name.substr(spec.name.rfind('.') + 1);
        const std::int64_t fan_in = element_count(spec.shape) / spec.shape[0];
        Tensor tensor{spec.shape, {}};
        for (std::int64_t i = 0; i < element_count(spec.shape); ++i) {
            double value = rng.normal() * (spec.shape.size() > 1 ? std::sqrt(1.0 / static_cast<double>(fan_in)) : 0.2);
            if (kind == "running_var") value = 0.5 + rng.uniform();
            if (kind == "weight" && spec.shape.size() == 1) value = 0.8 + 0.4 * rng.uniform();
            tensor.values.push_back(static_cast<float>(value));
        }
        weights.emplace(spec.name, std::move(tensor));
    }
    return weights;
}

inline Weights zero_weights(const Graph& graph) {
    Weights weights;
    for (const auto& spec : weight_specs(graph)) {
        const auto count = static_cast<std::size_t>(element_count(spec.shape));
        weights.emplace(spec.name, Tensor{spec.shape, std::vector<float>(count)});
    }
    return weights;
}

inline Encoding random_encoding(const SearchSpace& space, Rng& rng) {
    Encoding encoding;
    for (const auto& choice : space.choices())
        encoding.push_back(static_cast<std::uint8_t>(rng.below(choice.values.size())));
    return encoding;
}

/// Every operator once at least, with every attribute away from its default:
/// asymmetric padding, kernels, strides and dilations that differ by axis.
inline Graph every_operator() {
    using Kind = op::Activation::Kind;
    Graph graph({3, 17, 14});
    graph.begin_segment("stem");
    auto x = graph.add("stem.conv",
                       op::Conv{.filters = 8, .kernel = {3, 5}, .stride = {2, 1}, .pads = {0, 1, 2, 3}, .bias = true},
                       {graph.input()});
    x = graph.add("stem.norm", op::BatchNormalization{.epsilon = 1e-3}, {x});
    x = graph.add("stem.relu6", op::Activation{Kind::relu6}, {x});
    graph.begin_segment("pools");
    x = graph.add("pools.max", op::Pool{op::Pool::Kind::max, {3, 2}, {1, 1}, {1, 0, 0, 1}}, {x});
    x = graph.add("pools.average", op::Pool{op::Pool::Kind::average, {3, 3}, {1, 1}, {1, 2, 1, 0}}, {x});
    graph.begin_segment("activations");
    x = graph.add("activations.dilated",
                  op::Conv{.filters = 8, .kernel = {3, 3}, .dilation = {2, 1}, .pads = {2, 1, 2, 1}, .group = 4}, {x});
    auto y = graph.add("activations.relu", op::Activation{Kind::relu}, {x});
    auto z = graph.add("activations.swish", op::Activation{Kind::swish}, {x});
    y = graph.add("activations.add", op::Add{}, {y, z});
    z = graph.add("activations.hard-swish", op::Activation{Kind::hard_swish}, {x});
    y = graph.add("activations.add2", op::Add{}, {y, z});
    z = graph.add("activations.hard-sigmoid", op::Activation{Kind::hard_sigmoid}, {x});
    x = graph.add("activations.mul", op::Mul{}, {y, z});
    graph.begin_segment("excite");
    y = graph.add("excite.pool", op::GlobalAveragePool{}, {x});
    y = graph.add("excite.conv", op::Conv{.filters = 8, .bias = true}, {y});
    y = graph.add("excite.sigmoid", op::Activation{Kind::sigmoid}, {y});
    x = graph.add("excite.mul", op::Mul{}, {x, y});
    graph.begin_segment("parts");
    x = graph.add("parts.max", op::Pool{op::Pool::Kind::max, {3, 3}, {2, 2}, {1, 0, 0, 0}, true}, {x});
    x = graph.add("parts.average", op::Pool{op::Pool::Kind::average, {3, 2}, {1, 2}, {1, 1, 1, 0}, false, true}, {x});
    // Not before a pooling: ONNX Runtime would make one of both, and then refuse it.
    x = graph.add("parts.pad", op::Pad{{1, 0, 2, 1}}, {x});
    y = graph.add("parts.first", op::Slice{0, 3}, {x});
    y = graph.add("parts.first.relu", op::Activation{Kind::relu}, {y});
    z = graph.add("parts.second", op::Slice{3, 8}, {x});
    x = graph.add("parts.concat", op::Concat{}, {z, y, x});
    x = graph.add("parts.shuffle", op::ChannelShuffle{4}, {x});
    graph.begin_segment("head");
    x = graph.add("head.flatten", op::Flatten{}, {x});
    x = graph.add("head.hidden", op::Gemm{.features = 12, .bias = false}, {x});
    graph.add("head.classifier", op::Gemm{.features = 7}, {x});
    return graph;
}

}  // namespace hwnas::test
