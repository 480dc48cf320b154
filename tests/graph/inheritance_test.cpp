#include <catch2/catch.hpp>

#include "graph/channel_groups.h"
#include "graph/inheritance.h"

using namespace hwnas;

namespace {

/// Stem, an inverted residual layer and a classifier: {1, 4, 4} to 2 scores.
Graph network(std::int64_t stem, std::int64_t hidden, bool with_layer = true) {
    Graph graph({1, 4, 4});
    graph.begin_segment("stem");
    NodeId node = graph.add("stem.conv", op::Conv{.filters = stem}, {0});
    node = graph.add("stem.norm", op::BatchNormalization{}, {node});
    if (with_layer) {
        graph.begin_segment("layer");
        const NodeId input = node;
        node = graph.add("layer.expand", op::Conv{.filters = hidden}, {node});
        node = graph.add("layer.depthwise",
                         op::Conv{.filters = hidden, .kernel = {3, 3}, .pads = {1, 1, 1, 1}, .group = hidden}, {node});
        node = graph.add("layer.project", op::Conv{.filters = stem}, {node});
        node = graph.add("layer.add", op::Add{}, {node, input});
    }
    graph.begin_segment("head");
    node = graph.add("head.pool", op::GlobalAveragePool{}, {node});
    node = graph.add("head.flatten", op::Flatten{}, {node});
    graph.add("head.classes", op::Gemm{.features = 2}, {node});
    return graph;
}

/// Every value says which tensor, row and column it is.
Weights numbered(const Graph& graph) {
    Weights weights;
    float next = 1;
    for (const auto& spec : weight_specs(graph)) {
        auto& tensor = weights[spec.name];
        tensor.shape = spec.shape;
        std::int64_t count = 1;
        for (const auto extent : spec.shape) count *= extent;
        for (std::int64_t i = 0; i < count; ++i) tensor.values.push_back(next++ / 1000);
    }
    return weights;
}

void set_row(Tensor& tensor, std::int64_t row, float value) {
    const auto each = static_cast<std::int64_t>(tensor.values.size()) / tensor.shape[0];
    std::fill_n(tensor.values.begin() + row * each, each, value);
}

}  // namespace

TEST_CASE("channels that additions and depthwise convolutions tie together are one group") {
    const auto graph = network(3, 6);
    const ChannelGroups groups(graph);
    const auto of = [&](const std::string& name) {
        for (NodeId id = 0; id <= graph.output(); ++id)
            if (graph.node(id).name == name) return groups.of(id);
        return groups.size();
    };
    CHECK(groups.size() == 4);  // image, stem, hidden, scores
    CHECK(of("stem.conv") == of("layer.project"));
    CHECK(of("stem.conv") == of("head.flatten"));
    CHECK(of("layer.expand") == of("layer.depthwise"));
    CHECK(of("layer.expand") != of("stem.conv"));
    CHECK(groups.makers(of("stem.conv")).size() == 2);
    CHECK(groups.is_fixed(of("input")));
    CHECK(groups.is_fixed(of("head.classes")));
    CHECK_FALSE(groups.is_fixed(of("layer.expand")));
}

TEST_CASE("a grouped convolution fixes the channels on both of its sides") {
    Graph graph({4, 4, 4});
    graph.add("a", op::Conv{.filters = 8}, {0});
    graph.add("b", op::Conv{.filters = 8, .group = 2}, {1});
    graph.add("c", op::Conv{.filters = 4}, {2});
    const ChannelGroups groups(graph);
    CHECK(groups.is_fixed(groups.of(1)));
    CHECK(groups.is_fixed(groups.of(2)));
}

TEST_CASE("who removes nothing inherits everything, to the last bit") {
    const auto graph = network(3, 6);
    const auto weights = numbered(graph);
    const auto inherited = inherit(graph, weights, graph);
    REQUIRE(inherited.size() == weights.size());
    for (const auto& [name, tensor] : weights) {
        CHECK(inherited.at(name).shape == tensor.shape);
        CHECK(inherited.at(name).values == tensor.values);
    }
}

TEST_CASE("the filters with the greatest norm are kept, with all that belongs to them") {
    const auto parent = network(3, 4);
    auto weights = numbered(parent);
    // Hidden channel 1 and 3 are strong; of the stem's, 0 and 2 over both of its makers.
    for (const std::int64_t row : {0, 2}) set_row(weights.at("layer.expand.weight"), row, 0.0F);
    for (const std::int64_t row : {1, 3}) set_row(weights.at("layer.expand.weight"), row, -5.0F);
    set_row(weights.at("stem.conv.weight"), 0, 3.0F);
    set_row(weights.at("stem.conv.weight"), 1, 2.0F);
    set_row(weights.at("stem.conv.weight"), 2, 0.1F);
    set_row(weights.at("layer.project.weight"), 0, 0.0F);
    set_row(weights.at("layer.project.weight"), 1, 0.1F);
    set_row(weights.at("layer.project.weight"), 2, 9.0F);
    const auto child = network(2, 2);
    const auto inherited = inherit(parent, weights, child);
    CHECK_NOTHROW(check_weights(child, inherited, "child"));
    CHECK(inherited.at("stem.conv.weight").values == std::vector<float>{3.0F, 0.1F});
    const auto& norm = weights.at("stem.norm.running_mean").values;
    CHECK(inherited.at("stem.norm.running_mean").values == std::vector<float>{norm[0], norm[2]});
    CHECK(inherited.at("layer.expand.weight").values == std::vector<float>(4, -5.0F));
    // Row 2 of the projection, columns 1 and 3; row 0 is zero.
    CHECK(inherited.at("layer.project.weight").values == std::vector<float>{0, 0, 9, 9});
    const auto& depthwise = weights.at("layer.depthwise.weight").values;
    CHECK(inherited.at("layer.depthwise.weight").values[0] == depthwise[9]);
    CHECK(inherited.at("layer.depthwise.weight").values[9] == depthwise[27]);
    const auto& classes = weights.at("head.classes.weight").values;  // {2, 3}
    CHECK(inherited.at("head.classes.weight").values ==
          std::vector<float>{classes[0], classes[2], classes[3], classes[5]});
    CHECK(inherited.at("head.classes.bias").values == weights.at("head.classes.bias").values);
}

TEST_CASE("a layer may go; what is wider than the parent begins afresh") {
    const auto parent = network(3, 4);
    const auto weights = numbered(parent);
    const auto without = inherit(parent, weights, network(3, 4, false));
    CHECK_NOTHROW(check_weights(network(3, 4, false), without, "child"));
    const auto wider = inherit(parent, weights, network(3, 8));
    CHECK(wider.contains("stem.conv.weight"));
    CHECK_FALSE(wider.contains("layer.expand.weight"));
    CHECK_FALSE(wider.contains("layer.project.weight"));
}

namespace {

/// Two convolutions joined, one of them twice, and what reads them: {1, 2, 2} to 2 scores.
Graph joined(std::int64_t a, std::int64_t b, std::int64_t c) {
    Graph graph({1, 2, 2});
    const NodeId first = graph.add("a", op::Conv{.filters = a}, {0});
    const NodeId second = graph.add("b", op::Conv{.filters = b}, {0});
    NodeId node = graph.add("joined", op::Concat{}, {first, second, first});
    const std::int64_t width = graph.shape(node)[0];
    node = graph.add("norm", op::BatchNormalization{}, {node});
    node = graph.add("depthwise", op::Conv{.filters = width, .group = width}, {node});
    const NodeId narrow = graph.add("c", op::Conv{.filters = c}, {node});
    node = graph.add("again", op::Concat{}, {narrow, node});
    node = graph.add("flat", op::Flatten{}, {node});
    graph.add("classes", op::Gemm{.features = 2}, {node});
    return graph;
}

}  // namespace

TEST_CASE("a concatenation has the groups of its inputs behind one another") {
    const auto graph = joined(3, 2, 4);
    const ChannelGroups groups(graph);
    const auto a = groups.of(1), b = groups.of(2), c = groups.of(6);
    using Parts = std::vector<std::size_t>;
    CHECK(groups.parts(3) == Parts{a, b, a});
    CHECK(groups.parts(5) == Parts{a, b, a});
    CHECK(groups.parts(8) == Parts{c, a, b, a});
    CHECK(groups.makers(b) == std::vector<NodeId>{2});
    CHECK(groups.width(a) == 3);
    CHECK_FALSE(groups.is_fixed(a));
    CHECK_FALSE(groups.is_fixed(c));
}

TEST_CASE("slices, shuffles and sums of concatenations fix what they touch, and nothing else") {
    Graph graph({2, 2, 2});
    const NodeId first = graph.add("first", op::Conv{.filters = 4}, {0});
    const NodeId free = graph.add("free", op::Conv{.filters = 4}, {first});
    const NodeId cut = graph.add("cut", op::Conv{.filters = 4}, {free});
    const NodeId slice = graph.add("slice", op::Slice{0, 2}, {cut});
    const NodeId left = graph.add("left", op::Conv{.filters = 2}, {slice});
    const NodeId right = graph.add("right", op::Conv{.filters = 2}, {slice});
    const NodeId pair = graph.add("pair", op::Concat{}, {left, right});
    const NodeId other = graph.add("other", op::Conv{.filters = 4}, {slice});
    const NodeId sum = graph.add("sum", op::Add{}, {other, pair});
    const NodeId mixed = graph.add("mixed", op::Conv{.filters = 4}, {sum});
    const NodeId shuffle = graph.add("shuffle", op::ChannelShuffle{2}, {mixed});
    graph.add("last", op::Conv{.filters = 4}, {shuffle});
    const ChannelGroups groups(graph);
    for (const NodeId id : {cut, slice, left, right, other, mixed, shuffle}) CHECK(groups.is_fixed(groups.of(id)));
    for (const NodeId id : {first, free}) CHECK_FALSE(groups.is_fixed(groups.of(id)));
    CHECK(groups.of(slice) != groups.of(cut));
}

TEST_CASE("readers of a concatenation keep the columns of the channels that stay") {
    const auto parent = joined(3, 2, 4);
    auto weights = numbered(parent);
    set_row(weights.at("a.weight"), 1, 0.0F);  // the weakest goes
    const auto child = joined(2, 2, 4);
    const auto inherited = inherit(parent, weights, child);
    CHECK_NOTHROW(check_weights(child, inherited, "child"));
    const auto& norm = weights.at("norm.weight").values;
    CHECK(inherited.at("norm.weight").values ==
          std::vector<float>{norm[0], norm[2], norm[3], norm[4], norm[5], norm[7]});
    const auto& c = weights.at("c.weight").values;  // {4, 8}
    const auto& narrow = inherited.at("c.weight").values;
    CHECK(std::vector<float>(narrow.begin() + 6, narrow.begin() + 12) ==
          std::vector<float>{c[8], c[10], c[11], c[12], c[13], c[15]});
    // Behind c's four channels of 2 x 2 pixels: channel 0 stays, 1 goes.
    const auto& classes = weights.at("classes.weight").values;
    const auto& scores = inherited.at("classes.weight").values;
    CHECK(scores[19] == classes[19]);
    CHECK(scores[20] == classes[24]);
    CHECK(inherit(parent, weights, parent).size() == weights.size());
    for (const auto& [name, tensor] : inherit(parent, weights, parent)) CHECK(tensor.values == weights.at(name).values);
}

TEST_CASE("a smaller kernel is the middle of the parent's, and a larger one has zeros around it") {
    const auto with_kernel = [](std::int64_t size) {
        Graph graph({2, 8, 8});
        const std::int64_t pad = size / 2;
        graph.add("conv", op::Conv{.filters = 3, .kernel = {size, size}, .pads = {pad, pad, pad, pad}}, {0});
        return graph;
    };
    const auto small = with_kernel(3), large = with_kernel(5);
    const auto weights = numbered(large);
    const auto& from = weights.at("conv.weight").values;
    const auto cut = inherit(large, weights, small).at("conv.weight");
    REQUIRE(cut.shape == Shape{3, 2, 3, 3});
    for (std::size_t filter = 0; filter < 6; ++filter)
        for (std::size_t y = 0; y < 3; ++y)
            for (std::size_t x = 0; x < 3; ++x)
                CHECK(cut.values[filter * 9 + y * 3 + x] == from[filter * 25 + (y + 1) * 5 + x + 1]);
    const auto grown = inherit(small, {{"conv.weight", cut}}, large).at("conv.weight");
    REQUIRE(grown.shape == Shape{3, 2, 5, 5});
    for (std::size_t i = 0; i < grown.values.size(); ++i) {
        const std::size_t y = i % 25 / 5, x = i % 5;
        const bool inside = y > 0 && y < 4 && x > 0 && x < 4;
        CHECK(grown.values[i] == (inside ? from[i] : 0));
    }
    CHECK(inherit(large, weights, with_kernel(4)).empty());  // it has no middle in common
}

TEST_CASE("what is cut out of a map in another way begins afresh") {
    const auto build = [](std::int64_t width, std::int64_t begin) {
        Graph graph({1, 2, 2});
        graph.add("a", op::Conv{.filters = width}, {0});
        graph.add("slice", op::Slice{begin, begin + 2}, {1});
        graph.add("b", op::Conv{.filters = 3}, {2});
        return graph;
    };
    const auto parent = build(4, 0);
    const auto weights = numbered(parent);
    CHECK(inherit(parent, weights, parent).contains("b.weight"));
    CHECK(inherit(parent, weights, build(4, 1)).contains("a.weight"));
    CHECK_FALSE(inherit(parent, weights, build(4, 1)).contains("b.weight"));
    CHECK_FALSE(inherit(parent, weights, build(3, 0)).contains("b.weight"));
}
