#include <catch2/catch.hpp>
#include <cmath>

#include "core/rng.h"
#include "graph/inheritance.h"
#include "train/measuring.h"

using namespace hwnas;
using train::run_forward;

namespace {

/// Two branches joined (one of them twice), a residual layer behind, a pooled and
/// a flattened reader: {2, 4, 4} to 3 scores.
Graph network(std::int64_t a, std::int64_t b, std::int64_t hidden) {
    Graph graph({2, 4, 4});
    NodeId first = graph.add("a", op::Conv{.filters = a, .kernel = {3, 3}, .pads = {1, 1, 1, 1}}, {0});
    first = graph.add("a.norm", op::BatchNormalization{}, {first});
    NodeId second = graph.add("b", op::Conv{.filters = b, .bias = true}, {0});
    second = graph.add("b.relu", op::Activation{}, {second});
    NodeId node = graph.add("joined", op::Concat{}, {second, first, second});
    const std::int64_t width = graph.shape(node)[0];
    node = graph.add("norm", op::BatchNormalization{}, {node});
    node = graph.add("pool", op::Pool{op::Pool::Kind::max, {3, 3}, {2, 2}, {0, 0, 0, 0}, true}, {node});
    node = graph.add("pad", op::Pad{{0, 1, 1, 0}}, {node});
    node = graph.add("depthwise", op::Conv{.filters = width, .kernel = {2, 2}, .group = width}, {node});
    const NodeId stem = graph.add("stem", op::Conv{.filters = 4, .bias = true}, {node});
    node = graph.add("hidden", op::Conv{.filters = hidden}, {stem});
    node = graph.add("hidden.act", op::Activation{op::Activation::Kind::swish}, {node});
    node = graph.add("project", op::Conv{.filters = 4}, {node});
    node = graph.add("add", op::Add{}, {node, stem});
    node = graph.add("again", op::Concat{}, {node, graph.node(stem).inputs[0]});
    node = graph.add("flat", op::Flatten{}, {node});
    graph.add("scores", op::Gemm{.features = 3}, {node});
    return graph;
}

Weights noisy_weights(const Graph& graph) {
    Weights weights;
    Rng rng(11);
    for (const auto& spec : weight_specs(graph)) {
        Tensor tensor{spec.shape, {}};
        for (std::int64_t i = 0; i < element_count(spec.shape); ++i) {
            const double value = rng.normal();
            tensor.values.push_back(
                static_cast<float>(spec.name.ends_with("running_var") ? 0.5 + std::abs(value) : value));
        }
        weights.emplace(spec.name, std::move(tensor));
    }
    return weights;
}

void silence(Weights& weights, const std::string& name, const std::vector<std::int64_t>& rows) {
    auto& tensor = weights.at(name);
    const auto each = static_cast<std::int64_t>(tensor.values.size()) / tensor.shape[0];
    for (const auto row : rows) std::fill_n(tensor.values.begin() + row * each, each, 0.0F);
}

}  // namespace

TEST_CASE("a narrowed network computes what its parent does with the lost channels silent") {
    const Graph parent = network(5, 4, 6), child = network(3, 3, 2);
    Weights weights = noisy_weights(parent);
    // Lost: 1 and 4 of a, 2 of b, all but 0 and 3 of the hidden ones. No other filter is as weak.
    for (const auto& [name, rows] :
         std::vector<std::pair<std::string, std::vector<std::int64_t>>>{{"a.weight", {1, 4}},
                                                                        {"b.weight", {2}},
                                                                        {"hidden.weight", {1, 2, 4, 5}},
                                                                        {"b.bias", {2}},
                                                                        {"a.norm.weight", {1, 4}},
                                                                        {"a.norm.bias", {1, 4}},
                                                                        // b 0-3, a 4-8, b 9-12
                                                                        {"norm.weight", {2, 5, 8, 11}},
                                                                        {"norm.bias", {2, 5, 8, 11}}})
        silence(weights, name, rows);
    const Weights inherited = inherit(parent, weights, child);
    REQUIRE_NOTHROW(check_weights(child, inherited, "child"));
    std::vector<float> input;
    Rng rng(3);
    for (int i = 0; i < 3 * 2 * 16; ++i) input.push_back(static_cast<float>(rng.normal()));
    const auto expected = run_forward(parent, weights, 3, input);
    const auto found = run_forward(child, inherited, 3, input);
    REQUIRE(found.size() == 9);
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-4).margin(1e-4));
    CHECK(std::abs(found[0] - found[1]) > 1e-2);
}
