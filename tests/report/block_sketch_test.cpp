#include "report/block_sketch.h"

#include <catch2/catch.hpp>

#include "made_networks.h"

namespace hwnas {
namespace {

using namespace test;

/// Of the last segment.
BlockSketch last_block(const Graph& graph) {
    NodeRun run{graph.output(), graph.output()};
    while (graph.node(run.first - 1).segment == graph.node(graph.output()).segment) --run.first;
    return sketch_block(graph, run);
}

TEST_CASE("Mobile blocks are told by their expansion, kernel, stride and squeeze-and-excite") {
    Graph graph({16, 16, 16});
    NodeId node = add_mobile(graph, "a", graph.input(), 16, 6, 1);
    CHECK(last_block(graph).words == "MBConv6 5x5");
    CHECK(last_block(graph).join == BlockJoin::add);
    node = add_mobile(graph, "b", node, 24, 3, 2, true);
    CHECK(last_block(graph).words == "MBConv3 5x5 SE s2");
    CHECK(last_block(graph).join == BlockJoin::none);
    graph.begin_segment("c");
    node = add_conv(graph, "c.1", node, 24, 3, 2, 24);
    add_conv(graph, "c.2", node, 32, 1);
    CHECK(last_block(graph).words == "SepConv 3x3 s2");
    graph.begin_segment("d");
    node = add_conv(graph, "d.1", graph.output(), 128, 3);
    add_conv(graph, "d.2", node, 32, 1);
    CHECK(last_block(graph).words == "FusedMBConv4 3x3");
}

TEST_CASE("A gate on a single pixel is a gate too, and a swish is none") {
    Graph graph({16, 2, 2});
    add_mobile(graph, "a", graph.input(), 16, 2, 2, true);
    CHECK(last_block(graph).words == "MBConv2 5x5 SE s2");
    graph.begin_segment("b");
    const NodeId node = add_conv(graph, "b", graph.output(), 8, 3);
    const NodeId gate = graph.add("b.sigmoid", op::Activation{op::Activation::Kind::sigmoid}, {node});
    graph.add("b.mul", op::Mul{}, {node, gate});
    CHECK(last_block(graph).words == "Conv 3x3");
}

TEST_CASE("Residual, dense and shuffle blocks have their names and joins") {
    Graph graph({64, 16, 16});
    NodeId node = add_bottleneck(graph, "a", graph.input(), 64, 1);
    CHECK(last_block(graph).words == "Bottleneck 3x3");
    CHECK(last_block(graph).join == BlockJoin::add);
    node = add_bottleneck(graph, "b", node, 128, 2, 8);
    CHECK(last_block(graph).words == "Bottleneck 3x3 g8 s2");
    CHECK(last_block(graph).join == BlockJoin::projected_add);
    node = add_dense(graph, "c", node, 32);
    CHECK(last_block(graph).words == "Dense 1x1 3x3");
    CHECK(last_block(graph).join == BlockJoin::concat);
    node = add_shuffle(graph, "d", node);
    CHECK(last_block(graph).words == "Shuffle 3x3");
    CHECK(last_block(graph).join == BlockJoin::concat);
    graph.begin_segment("e");
    const NodeId input = node;
    node = add_conv(graph, "e.1", node, 160, 3);
    node = add_conv(graph, "e.2", node, 160, 3);
    graph.add("e.add", op::Add{}, {node, input});
    CHECK(last_block(graph).words == "2 Conv 3x3");
    CHECK(last_block(graph).join == BlockJoin::add);
}

TEST_CASE("A pooled skip is a join and no layer of the block") {
    Graph graph({16, 16, 16});
    graph.begin_segment("a");
    NodeId node = add_conv(graph, "a.1", graph.input(), 16, 3, 1, 16);
    node = add_conv(graph, "a.2", node, 16, 1);
    const op::Pool pool{op::Pool::Kind::average, {3, 3}, {1, 1}, {1, 1, 1, 1}};
    const NodeId pooled = graph.add("a.pool", pool, {graph.input()});
    graph.add("a.add", op::Add{}, {node, pooled});
    CHECK(last_block(graph).words == "SepConv 3x3");
    CHECK(last_block(graph).join == BlockJoin::add);
}

TEST_CASE("Other blocks are listed, long ones by kinds") {
    Graph graph({3, 32, 32});
    graph.begin_segment("a");
    NodeId node = add_conv(graph, "a", graph.input(), 64, 7, 2);
    node = graph.add("a.pool", op::Pool{op::Pool::Kind::max, {3, 3}, {2, 2}, {1, 1, 1, 1}}, {node});
    CHECK(last_block(graph).words == "Conv 7x7 s2, MaxPool 3x3 s2");
    graph.begin_segment("b");
    graph.add("b.norm", op::BatchNormalization{}, {node});
    CHECK(last_block(graph).words == "BatchNormalization");
    graph.begin_segment("c");
    node = add_conv(graph, "c", graph.output(), 96, 1);
    node = graph.add("c.pool", op::GlobalAveragePool{}, {node});
    node = graph.add("c.flatten", op::Flatten{}, {node});
    graph.add("c.logits", op::Gemm{10, true}, {node});
    CHECK(last_block(graph).words == "Conv 1x1 96, global pool, FC 10");
    Graph whole({3, 64, 64});
    whole.begin_segment("");
    node = whole.input();
    for (int i = 0; i < 12; ++i) node = add_conv(whole, "n" + std::to_string(i), node, 4 + i, i % 2 == 0 ? 3 : 1);
    CHECK(last_block(whole).words == "12 Conv");
}

}  // namespace
}  // namespace hwnas
