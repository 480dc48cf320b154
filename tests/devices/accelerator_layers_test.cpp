// What a chip runs at once, and which tensors stay on it in between.
#include "devices/accelerator/layers.h"

#include <catch2/catch.hpp>

#include "accelerator_anchors.h"
#include "devices/accelerator/accelerator_model.h"

using namespace hwnas;

namespace {

Accelerator chip(bool fuse = true) {
    auto accelerator = anchors::bare_array(Dataflow::vector, FoldOverlap::none);
    accelerator.fuse_elementwise = fuse;
    return accelerator;
}

const op::Activation relu{op::Activation::Kind::relu};

NodeId conv_norm(Graph& graph, const std::string& name, NodeId input, std::int64_t filters) {
    const NodeId conv = graph.add(name, op::Conv{.filters = filters}, {input});
    return graph.add(name + ".norm", op::BatchNormalization{}, {conv});
}

/// x -> conv, norm, relu -> conv, norm, + x -> relu
Graph residual_block() {
    Graph graph(Shape{16, 8, 8});
    graph.begin_segment("block");
    const NodeId first = graph.add("relu", relu, {conv_norm(graph, "first", 0, 16)});
    const NodeId second = conv_norm(graph, "second", first, 16);
    const NodeId sum = graph.add("sum", op::Add{}, {0, second});
    graph.add("out", relu, {sum});
    return graph;
}

std::vector<std::string> names(const std::vector<AcceleratorLayer>& layers) {
    std::vector<std::string> names;
    for (const auto& layer : layers) names.push_back(layer.name);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("batch norm and activation fold into the convolution before them") {
    const Graph graph = residual_block();
    const auto layers = lower_layers(chip(false), graph, 2);
    REQUIRE(names(layers) == Names{"first", "second", "sum", "out"});
    REQUIRE(layers[0].vector_operations == 2 * 16 * 64);  // the relu; the norm is in the weights
    REQUIRE(layers[1].vector_operations == 0);
    REQUIRE(layers[2].inputs.size() == 2);
}

TEST_CASE("element-wise nodes join their producer where the chip fuses") {
    const Graph graph = residual_block();
    const auto layers = lower_layers(chip(), graph, 1);
    REQUIRE(names(layers) == Names{"first", "second"});
    REQUIRE(layers[1].output == graph.output());
    REQUIRE(layers[1].inputs == std::vector<NodeId>{3, 0});  // the first relu, and x
    REQUIRE(layers[1].vector_operations == 2 * 16 * 64);     // sum and relu
}

TEST_CASE("what somebody else reads too is not folded") {
    Graph graph(Shape{16, 8, 8});
    graph.begin_segment("block");
    const NodeId conv = graph.add("conv", op::Conv{.filters = 16}, {0});
    const NodeId active = graph.add("relu", relu, {conv});
    graph.add("sum", op::Concat{}, {conv, active});
    REQUIRE(names(lower_layers(chip(), graph, 1)) == Names{"conv", "relu", "sum"});
}

TEST_CASE("a norm behind an activation is a layer, or fused as arithmetic") {
    Graph graph(Shape{16, 8, 8});
    graph.begin_segment("block");
    const NodeId conv = graph.add("conv", op::Conv{.filters = 16}, {0});
    graph.add("norm", op::BatchNormalization{}, {graph.add("relu", relu, {conv})});
    const auto apart = lower_layers(chip(false), graph, 1);
    REQUIRE(names(apart) == Names{"conv", "norm"});
    REQUIRE(apart[1].vector_operations == 2 * 16 * 64);
    const auto fused = lower_layers(chip(), graph, 1);
    REQUIRE(names(fused) == Names{"conv"});
    REQUIRE(fused[0].vector_operations == (1 + 2) * 16 * 64);
}

TEST_CASE("squeeze and excite scales the map in a layer of its own") {
    Graph graph(Shape{16, 8, 8});
    graph.begin_segment("block");
    const NodeId map = conv_norm(graph, "conv", 0, 16);
    const NodeId pooled = graph.add("pool", op::GlobalAveragePool{}, {map});
    const NodeId gate = graph.add("gate", op::Activation{op::Activation::Kind::sigmoid},
                                  {graph.add("fc", op::Conv{.filters = 16}, {pooled})});
    graph.add("scale", op::Mul{}, {map, gate});
    const auto layers = lower_layers(chip(), graph, 1);
    REQUIRE(names(layers) == Names{"conv", "pool", "fc", "scale"});
    REQUIRE(layers[3].read_elements == std::vector<double>{16 * 64, 16});
}

TEST_CASE("the younger operand takes the sum over, and runs when the older one is there") {
    Graph graph(Shape{16, 8, 8});
    graph.begin_segment("block");
    const NodeId first = graph.add("first", op::Conv{.filters = 16}, {0});
    const NodeId second = graph.add("second", op::Conv{.filters = 16}, {0});
    const NodeId second_norm = graph.add("second.norm", op::BatchNormalization{}, {second});
    const NodeId first_norm = graph.add("first.norm", op::BatchNormalization{}, {first});
    graph.add("sum", op::Add{}, {first_norm, second_norm});
    const auto layers = lower_layers(chip(), graph, 1);
    REQUIRE(names(layers) == Names{"second", "first"});
    REQUIRE(layers[1].inputs == std::vector<NodeId>{0, second_norm});
}

TEST_CASE("flatten is a view; a slice reads what it hands on") {
    Graph graph(Shape{16, 8, 8});
    graph.begin_segment("block");
    const NodeId slice = graph.add("slice", op::Slice{0, 4}, {0});
    const NodeId pool = graph.add("pool", op::GlobalAveragePool{}, {slice});
    graph.add("fc", op::Gemm{10, true}, {graph.add("flat", op::Flatten{}, {pool})});
    const auto layers = lower_layers(chip(), graph, 1);
    REQUIRE(names(layers) == Names{"slice", "pool", "fc"});
    REQUIRE(layers[0].read_elements == std::vector<double>{4 * 64});
    REQUIRE(layers[2].inputs == std::vector<NodeId>{pool});
    REQUIRE(layers[2].mac.value().channels == 4);
    REQUIRE(layers[2].weight_elements == 4 * 10 + 10);
}

TEST_CASE("tensors that fit stay on the chip, and the border decides about the first and last") {
    auto accelerator = chip();
    const Graph graph = residual_block();
    const double weights = 2 * 16 * 16;
    const double map = 16 * 64;
    REQUIRE(estimate(accelerator, graph, 1, "int8").dram_bytes == weights);
    accelerator.border = Border::dram;
    // x is read by both layers; nothing keeps it in between.
    REQUIRE(estimate(accelerator, graph, 1, "int8").dram_bytes == weights + 2 * map + map);
    accelerator.border = Border::buffer;
    accelerator.global_buffer.bytes = 900;  // less than a map
    REQUIRE(estimate(accelerator, graph, 1, "int8").dram_bytes >= weights + 5 * map);
    // Four maps of a batch of 4 are as one of four times the size.
    accelerator.global_buffer.bytes = 4 * 4096;
    REQUIRE(estimate(accelerator, graph, 4, "int8").dram_bytes == weights);
}

TEST_CASE("moving data costs its bytes, not the array") {
    auto accelerator = chip();
    accelerator.border = Border::dram;
    accelerator.dram.gigabytes_per_second = 1;
    Graph graph(Shape{16, 8, 8});
    graph.begin_segment("block");
    graph.add("shuffle", op::ChannelShuffle{4}, {0});
    auto layer = estimate_layers(accelerator, graph, 3, "int8").front();
    REQUIRE(layer.cycles == 3 * 2 * 16 * 64);
    REQUIRE(layer.macs == 0);
    REQUIRE(layer.bound == "memory");
    Graph padded(Shape{16, 8, 8});
    padded.begin_segment("block");
    padded.add("pad", op::Pad{{1, 1, 1, 1}}, {0});
    layer = estimate_layers(accelerator, padded, 1, "int8").front();
    REQUIRE(layer.dram_bytes == 16 * 64 + 16 * 100);
    accelerator.vector_lanes = 0.001;
    Graph pooled(Shape{16, 8, 8});
    pooled.begin_segment("block");
    pooled.add("pool", op::Pool{.kernel = {2, 2}, .stride = {2, 2}}, {0});
    layer = estimate_layers(accelerator, pooled, 1, "int8").front();
    REQUIRE(layer.bound == "vector");
    REQUIRE(layer.cycles == Approx(16 * 16 * 4 / 0.001));
}

TEST_CASE("a map that would crowd a layer's weights out of the buffer is not kept") {
    auto accelerator = chip(false);
    accelerator.global_buffer.bytes = 262144;
    accelerator.dram.gigabytes_per_second = 20;
    // DenseNet's last stage: a norm over 1312x7x7, then 1x1 to 128. Four such maps of 8 bits fill 98 % of the buffer.
    Graph graph(Shape{1312, 7, 7});
    graph.begin_segment("layer");
    const NodeId norm = graph.add("norm", op::BatchNormalization{}, {0});
    graph.add("conv", op::Conv{.filters = 128}, {norm});
    const double maps = 4 * 49 * (1312 + 1312 + 1312 + 128);
    const auto got = estimate(accelerator, graph, 4, "int8");
    REQUIRE(got.dram_bytes < 1.1 * maps + 128 * 1312 + 4 * 1312);
    accelerator.global_buffer.bytes = 1 << 20;  // room for both maps and the weights
    REQUIRE(estimate(accelerator, graph, 4, "int8").dram_bytes == 128 * 1312 + 4 * 1312);
}
