#include <catch2/catch.hpp>
#include <cmath>

#include "graph/graph.h"
#include "graph/transform.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::input_error_of;

namespace {

op::Conv conv(std::int64_t filters, std::int64_t kernel, std::int64_t stride = 1, std::int64_t group = 1) {
    const std::int64_t pad = (kernel - 1) / 2;
    return {filters, {kernel, kernel}, {stride, stride}, {1, 1}, {pad, pad, pad, pad}, group, false};
}

/// A stem, a residual layer and a classifier.
Graph small_network() {
    Graph graph({3, 8, 8});
    graph.begin_segment("stem");
    NodeId node = graph.add("stem.conv", conv(4, 3, 2), {graph.input()});
    node = graph.add("stem.norm", op::BatchNormalization{}, {node});
    const NodeId stem = graph.add("stem.act", op::Activation{}, {node});
    graph.begin_segment("layer");
    node = graph.add("layer.conv", conv(4, 3, 1, 4), {stem});
    graph.add("layer.add", op::Add{}, {node, stem});
    graph.begin_segment("head");
    node = graph.add("head.pool", op::GlobalAveragePool{}, {graph.output()});
    node = graph.add("head.flatten", op::Flatten{}, {node});
    graph.add("head.logits", op::Gemm{10, true}, {node});
    return graph;
}

}  // namespace

TEST_CASE("shapes follow ONNX's arithmetic") {
    Graph graph({3, 7, 9});
    CHECK(graph.shape(graph.add("a", conv(8, 3, 2), {0})) == Shape{8, 4, 5});
    op::Conv valid = conv(8, 3);
    valid.pads = {0, 1, 2, 0};
    CHECK(graph.shape(graph.add("b", valid, {0})) == Shape{8, 7, 8});
    op::Conv dilated = conv(8, 3);
    dilated.dilation = {2, 2};
    CHECK(graph.shape(graph.add("c", dilated, {0})) == Shape{8, 5, 7});
    CHECK(graph.shape(graph.add("d", op::Pool{op::Pool::Kind::max, {2, 2}, {2, 2}, {}}, {0})) == Shape{3, 3, 4});
}

TEST_CASE("rounding up counts a last window that begins inside, PyTorch's rule") {
    const auto extent = [](std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t pad) {
        Graph graph({1, in, in});
        graph.add("pool", op::Pool{op::Pool::Kind::max, {kernel, kernel}, {stride, stride}, {pad, pad, pad, pad}, true},
                  {0});
        return graph.shape(1)[1];
    };
    CHECK(extent(55, 3, 2, 0) == 27);  // nothing left over
    CHECK(extent(56, 3, 2, 0) == 28);
    CHECK(extent(7, 2, 2, 0) == 4);
    CHECK(extent(8, 2, 2, 1) == 5);
    CHECK(extent(3, 2, 3, 1) == 2);  // the second begins at 2, inside
    CHECK(extent(4, 2, 4, 1) == 2);
    CHECK(extent(3, 2, 4, 1) == 1);  // it would begin at 3, in the padding behind
    CHECK_THAT(input_error_of([] {
                   Graph graph({1, 4, 4});
                   graph.add("pool", op::Pool{op::Pool::Kind::average, {3, 3}, {2, 2}, {}, true}, {0});
               }),
               Catch::Contains("max pooling"));
}

TEST_CASE("concat, slice, shuffle and padding have the shapes that they say") {
    Graph graph({6, 4, 5});
    const NodeId slice = graph.add("slice", op::Slice{2, 6}, {0});
    CHECK(graph.shape(slice) == Shape{4, 4, 5});
    CHECK(graph.shape(graph.add("concat", op::Concat{}, {0, slice, slice})) == Shape{14, 4, 5});
    CHECK(graph.shape(graph.add("shuffle", op::ChannelShuffle{3}, {0})) == Shape{6, 4, 5});
    const NodeId pad = graph.add("pad", op::Pad{{1, 2, 3, 4}}, {0});
    CHECK(graph.shape(pad) == Shape{6, 8, 11});
    const auto problem = [&](op::Operator op, std::vector<NodeId> inputs) {
        return input_error_of([&] { graph.add("wrong", std::move(op), std::move(inputs)); });
    };
    CHECK_THAT(problem(op::Concat{}, {0}), Catch::Contains("two inputs or more"));
    Graph other({6, 4, 5});
    other.add("pad", op::Pad{{1, 0, 0, 0}}, {0});
    CHECK_THAT(input_error_of([&] { other.add("wrong", op::Concat{}, {0, 1}); }), Catch::Contains("6x5x5"));
    Graph third({6, 4, 5});
    CHECK_THAT(input_error_of([&] { third.add("wrong", op::Slice{4, 7}, {0}); }), Catch::Contains("the 6 channels"));
    Graph fourth({6, 4, 5});
    CHECK_THAT(input_error_of([&] { fourth.add("wrong", op::ChannelShuffle{4}, {0}); }), Catch::Contains("divides"));
}

TEST_CASE("parameters, MACs and peak memory of a network counted by hand") {
    const auto counts = count(small_network());
    CHECK(counts.parameters == 3 * 4 * 9 + 2 * 4 + 4 * 9 + 4 * 10 + 10);
    CHECK(counts.macs == 4 * 16 * 27 + 4 * 16 * 9 + 40);
    // The input and the stem's convolution are alive together: 192 + 64 floats.
    CHECK(counts.peak_activation_bytes == 4 * (192 + 64));
}

TEST_CASE("a residual's other branch stays alive until it is added") {
    Graph graph({1, 1, 1});
    NodeId node = graph.add("a", conv(100, 1), {0});
    const NodeId kept = node;
    node = graph.add("b", conv(100, 1), {node});
    node = graph.add("c", conv(100, 1), {node});
    graph.add("d", op::Add{}, {node, kept});
    // At c: a is kept for d, b is read, c is made; at d: c, a and the sum.
    CHECK(count(graph).peak_activation_bytes == 4 * 300);
}

TEST_CASE("nodes that do not fit are told by name, rule and value") {
    Graph graph({3, 8, 8});
    CHECK_THAT(input_error_of([&] { graph.add("x", conv(8, 3, 1, 2), {0}); }),
               Catch::Contains("node \"x\"") && Catch::Contains("divides") && Catch::Contains("3 input channels"));
    CHECK_THAT(input_error_of([&] { graph.add("big", op::Conv{4, {9, 9}}, {0}); }), Catch::Contains("8 against 9"));
    CHECK_THAT(input_error_of([&] { graph.add("y", op::Gemm{4}, {0}); }), Catch::Contains("Flatten"));
    CHECK_THAT(input_error_of([&] { graph.add("z", op::Add{}, {0}); }), Catch::Contains("2 input(s)"));
    CHECK_THAT(input_error_of([&] { graph.add("input", op::Flatten{}, {0}); }), Catch::Contains("not taken"));
    CHECK_THAT(input_error_of([&] { graph.add("w", op::Flatten{}, {5}); }), Catch::Contains("nodes before it"));
}

TEST_CASE("a tensor that doubles without end is refused before its size overflows") {
    Graph graph({1, 1, 1});
    CHECK_THAT(hwnas::test::input_error_of([&] {
                   for (int i = 0; i < 80; ++i)
                       graph.add("double" + std::to_string(i), op::Concat{}, {graph.output(), graph.output()});
               }),
               Catch::Contains("\"double40\"") && Catch::Contains("at most 2^40 elements"));
}

TEST_CASE("a graph survives JSON") {
    const Graph graph = small_network();
    auto document = JsonDocument::from_value(to_json(graph), "graph");
    const Graph read = graph_from_json(JsonValue(document));
    CHECK(canonical_text(read) == canonical_text(graph));
    CHECK(to_json(read) == to_json(graph));
    CHECK(read.segments() == graph.segments());
}

TEST_CASE("a broken graph file is told by place") {
    const auto problem = [](const char* text) {
        auto document = JsonDocument::parse(text, "graph.json");
        return input_error_of([&] { (void)graph_from_json(JsonValue(document)); });
    };
    CHECK_THAT(problem(R"({"input": [3, 8, 8], "nodes": [{"name": "a", "op": "Cnov", "inputs": ["input"]}]})"),
               Catch::Contains("/nodes/0/op") && Catch::Contains("did you mean \"Conv\"?"));
    CHECK_THAT(problem(R"({"input": [3, 8, 8], "nodes": [{"name": "a", "op": "Relu", "inputs": ["b"]}]})"),
               Catch::Contains("\"b\""));
    CHECK_THAT(
        problem(R"({"input": [3, 8, 8], "nodes": [{"name": "a", "op": "Gemm", "features": 3, "inputs": ["input"]}]})"),
        Catch::Contains("graph.json:1: /nodes/0"));
    CHECK_THAT(problem(R"({"input": [3, 8, 8], "nodes": []})"), Catch::Contains("at least 1"));
    CHECK_THAT(
        problem(
            R"({"input": [3, 8, 8], "nodes": [{"name": "a", "op": "Relu", "inputs": ["input"], "kernel": [3, 3]}]})"),
        Catch::Contains("kernel"));
}

TEST_CASE("segments come out as graphs that add up to the whole") {
    const Graph graph = small_network();
    GraphCounts sum;
    for (std::size_t segment = 1; segment < graph.segments().size(); ++segment) {
        const auto counts = count(extract_segment(graph, segment));
        sum.parameters += counts.parameters;
        sum.macs += counts.macs;
        sum.peak_activation_bytes = std::max(sum.peak_activation_bytes, counts.peak_activation_bytes);
    }
    const auto whole = count(graph);
    CHECK(sum.parameters == whole.parameters);
    CHECK(sum.macs == whole.macs);
    CHECK(sum.peak_activation_bytes == whole.peak_activation_bytes);
    CHECK(canonical_text(extract_segment(graph, 2)) ==
          "4x4x4 | Conv(0; filters=4 kernel=3x3 pads=1x1x1x1 group=4) | Add(1,0)");
}

TEST_CASE("a segment that two tensors enter is refused") {
    Graph graph({3, 8, 8});
    graph.begin_segment("one");
    const NodeId a = graph.add("one.a", conv(3, 3), {0});
    const NodeId b = graph.add("one.b", conv(3, 3), {a});
    graph.begin_segment("two");
    graph.add("two.add", op::Add{}, {a, b});
    CHECK_THAT(input_error_of([&] { (void)extract_segment(graph, 2); }), Catch::Contains("one tensor that enters"));
}

TEST_CASE("rescaling narrows convolutions, keeps depthwise ones depthwise and the classes") {
    const Graph half = rescaled(small_network(), 0.5, 4);
    CHECK(half.shape(half.output()) == Shape{10});
    CHECK(half.shape(0) == Shape{3, 4, 4});
    CHECK(count(half).parameters == 3 * 2 * 9 + 2 * 2 + 2 * 9 + 2 * 10 + 10);
    CHECK(canonical_text(rescaled(small_network(), 1.0, 0)) == canonical_text(small_network()));
}

TEST_CASE("rescaling keeps slices that part a map apart, and groups whole") {
    // ShuffleNet V2's layer behind a concatenation of unequal parts.
    const auto build = [](std::int64_t a, std::int64_t b) {
        Graph graph({3, 8, 8});
        const NodeId left = graph.add("left", conv(a, 1), {0});
        const NodeId right = graph.add("right", conv(b, 1), {0});
        const NodeId joined = graph.add("joined", op::Concat{}, {left, right});
        const NodeId norm = graph.add("norm", op::BatchNormalization{}, {joined});
        const NodeId first = graph.add("first", op::Slice{0, a}, {norm});
        const NodeId second = graph.add("second", op::Slice{a, a + b}, {norm});
        const NodeId branch = graph.add("branch", conv(b, 3, 1), {second});
        const NodeId again = graph.add("again", op::Concat{}, {first, branch});
        graph.add("shuffle", op::ChannelShuffle{2}, {again});
        graph.add("grouped", conv(12, 1, 1, 4), {graph.output()});
        return graph;
    };
    const Graph graph = build(7, 13);
    CHECK(canonical_text(rescaled(graph, 1.0, 0)) == canonical_text(graph));
    for (const double width : {0.3, 0.45, 0.6, 0.8, 1.3}) {
        INFO(width);
        const auto nearest = [width](double channels) { return std::max(1LL, std::llround(channels * width)); };
        if ((nearest(7) + nearest(13)) % 4 != 0) continue;
        const Graph scaled = rescaled(graph, width, 0);
        CHECK(scaled.shape(5) == scaled.shape(1));
        CHECK(scaled.shape(6) == scaled.shape(2));
    }
    const Graph equal = build(8, 8);
    for (const double width : {0.3, 0.45, 0.6, 0.8, 1.3}) {
        INFO(width);
        const Graph scaled = rescaled(equal, width, 0);
        CHECK(scaled.shape(5) == scaled.shape(1));
        CHECK(scaled.shape(9)[0] % 4 == 0);
    }
}
