// Closed forms, computed by hand.
#include "devices/accelerator/accelerator_model.h"

#include <catch2/catch.hpp>

#include "accelerator_anchors.h"
#include "support.h"

using namespace hwnas;

namespace {

using anchors::bare_array;
using anchors::convolution;
using anchors::product;

LayerEstimate only_layer(const Accelerator& accelerator, const Graph& graph, std::int64_t batch = 1) {
    const auto layers = estimate_layers(accelerator, graph, batch, "int8");
    REQUIRE(layers.size() == 1);
    return layers.front();
}

Graph of_conv(const Shape& input, const op::Conv& conv) {
    Graph graph(input);
    graph.begin_segment("layer");
    graph.add("conv", conv, {0});
    return graph;
}

std::string unsupported(const Accelerator& accelerator, const Graph& graph, const std::string& data_type = "int8") {
    try {
        (void)estimate(accelerator, graph, 1, data_type);
    } catch (const UnsupportedError& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a product that is one fold fills, streams and drains once") {
    const auto layer = only_layer(bare_array(Dataflow::weight_stationary, FoldOverlap::none), product(32, 32), 100);
    REQUIRE(layer.cycles == 2 * 32 + 32 + 100 - 2);
    REQUIRE(layer.macs == 100 * 32 * 32);
    REQUIRE(layer.utilisation == Approx(100.0 / 194));
    REQUIRE(layer.bound == "compute");
}

TEST_CASE("double-buffered weights hide all but one fill, and no fold is shorter than its loading") {
    const auto array = bare_array(Dataflow::weight_stationary, FoldOverlap::full);
    REQUIRE(only_layer(array, product(64, 64), 100).cycles == 4 * 100 + 2 * 32 + 32 - 2);
    REQUIRE(only_layer(array, product(64, 64), 5).cycles == 4 * 32 + 2 * 32 + 32 - 2);
}

TEST_CASE("accumulators bound the rows that pass a tile of weights") {
    auto array = bare_array(Dataflow::weight_stationary, FoldOverlap::none);
    array.accumulators = Accelerator::Buffer{32 * 4 * 50, 0, 0};  // 50 sums of 4 bytes a column
    REQUIRE(only_layer(array, product(32, 32), 100).cycles == 2 * (2 * 32 + 32 + 50 - 2));
}

TEST_CASE("edges of the array idle") {
    const auto array = bare_array(Dataflow::output_stationary, FoldOverlap::full);
    // 33 filters take two folds as 64 do; 33 pixels likewise.
    const double one = only_layer(array, product(1000, 32), 32).compute_cycles;
    REQUIRE(one == 1000 + 94);
    REQUIRE(only_layer(array, product(1000, 33), 32).compute_cycles == 2000 + 94);
    REQUIRE(only_layer(array, product(1000, 64), 32).compute_cycles == 2000 + 94);
    REQUIRE(only_layer(array, product(1000, 33), 33).compute_cycles == 4000 + 94);
}

TEST_CASE("DRAM bounds what reads each weight once") {
    auto array = bare_array(Dataflow::weight_stationary, FoldOverlap::full);
    array.dram.gigabytes_per_second = 1;  // at 1 GHz a byte a cycle
    auto layer = only_layer(array, product(1000, 1000));
    REQUIRE(layer.bound == "memory");
    REQUIRE(layer.dram_bytes == 1'000'000);  // the vectors are in the global buffer
    REQUIRE(layer.cycles == 1'000'000);
    array.border = Border::dram;
    layer = only_layer(array, product(1000, 1000));
    REQUIRE(layer.cycles == 1'002'000);
    array.border = Border::buffer;
    array.weights_stay = true;
    array.weight_buffer = Accelerator::Buffer{1'000'000, 0, 0};
    layer = only_layer(array, product(1000, 1000));
    REQUIRE(layer.dram_bytes == 0);
    REQUIRE(layer.bound == "compute");
}

TEST_CASE("the global buffer's ports bound what reuses little") {
    auto array = bare_array(Dataflow::weight_stationary, FoldOverlap::full);
    array.global_buffer.bytes_per_cycle = 1;
    const auto layer = only_layer(array, product(1000, 1000));
    REQUIRE(layer.bound == "buffer");
    // Read: weights once, the input for each of 32 folds of filters, sums of 31 of 32 folds.
    REQUIRE(layer.buffer_cycles == 1'000'000 + 32 * 1000 + 31 * 1000 * 4);
}

TEST_CASE("a layer that divides well uses every lane") {
    const auto array = bare_array(Dataflow::vector, FoldOverlap::none);
    const auto layer = only_layer(array, convolution(64, 34, 64, 3), 4);
    REQUIRE(layer.utilisation == Approx(1));
    REQUIRE(layer.cycles == layer.macs / 1024);
}

TEST_CASE("twice the multiply-accumulates a PE takes half the steps") {
    auto array = bare_array(Dataflow::vector, FoldOverlap::none);
    array.data_types["float16"].macs_per_pe = 2;
    const Graph graph = convolution(64, 34, 64, 3);
    REQUIRE(estimate(array, graph, 1, "float16").cycles == estimate(array, graph, 1, "int8").cycles / 2);
    REQUIRE(estimate(array, graph, 1, "float16").utilisation == Approx(estimate(array, graph, 1, "int8").utilisation));
}

TEST_CASE("a depthwise convolution is poor on a systolic array and good on lanes") {
    const Graph graph = convolution(64, 34, 64, 3, 1, 0, 64);
    const auto systolic = only_layer(bare_array(Dataflow::weight_stationary, FoldOverlap::none), graph);
    // 9 of 32 rows, 1 of 32 columns, 64 times.
    REQUIRE(systolic.cycles == 64 * (2 * 32 + 32 + 1024 - 2));
    REQUIRE(systolic.utilisation < 9.0 / 1024);
    auto outputs = bare_array(Dataflow::output_stationary, FoldOverlap::full);
    const double alone = only_layer(outputs, graph).utilisation;
    REQUIRE(alone < 1.0 / 32);
    outputs.groups_across_columns = true;
    REQUIRE(only_layer(outputs, graph).utilisation == Approx(9.0 / 32).epsilon(0.1));  // 9 steps, 32 to drain
    REQUIRE(only_layer(bare_array(Dataflow::vector, FoldOverlap::none), graph).utilisation == Approx(1));
    auto rows = bare_array(Dataflow::row_stationary, FoldOverlap::none);
    REQUIRE(only_layer(rows, graph).utilisation == Approx(3.0 / 32));  // one set of 3 x 32 PEs
}

TEST_CASE("row stationary maps rows of filters on rows of PEs") {
    const auto rows = bare_array(Dataflow::row_stationary, FoldOverlap::none);
    // 10 sets of 3 x 32 for 30 filters: strips of 32 rows, 3 turns, 3 taps, 32 columns, 64 channels.
    REQUIRE(only_layer(rows, convolution(64, 34, 30, 3)).compute_cycles == 1.0 * 3 * 3 * 32 * 64);
    // 40 filter rows on 32 rows of PEs fold in two.
    REQUIRE(only_layer(rows, convolution(1, 71, 1, 40)).compute_cycles == 1.0 * 2 * 40 * 32);
}

TEST_CASE("dilation moves taps, not work; groups divide it") {
    const auto array = bare_array(Dataflow::vector, FoldOverlap::none);
    op::Conv plain{.filters = 64, .kernel = {3, 3}, .pads = {1, 1, 1, 1}};
    op::Conv dilated{.filters = 64, .kernel = {3, 3}, .dilation = {2, 2}, .pads = {2, 2, 2, 2}};
    op::Conv grouped{.filters = 64, .kernel = {3, 3}, .pads = {1, 1, 1, 1}, .group = 2};
    const Shape input{64, 32, 32};
    const double cycles = only_layer(array, of_conv(input, plain)).compute_cycles;
    REQUIRE(only_layer(array, of_conv(input, dilated)).compute_cycles == cycles);
    REQUIRE(only_layer(array, of_conv(input, grouped)).compute_cycles == cycles / 2);
}

TEST_CASE("energy counts what moves, memory by memory") {
    auto array = bare_array(Dataflow::weight_stationary, FoldOverlap::none);
    const double batch = 10;
    const double macs = batch * 64 * 64;
    const auto energy = [&array] { return only_layer(array, product(64, 64), 10).energy; };
    array.data_types["int8"] = {4, 1, 1, 0};
    REQUIRE(energy().total() == Approx(macs * 1e-9));
    array.data_types["int8"] = {4, 1, 0, 0};
    array.registers.picojoules_per_byte = 1;
    REQUIRE(energy().total() == Approx(macs * 1e-9));  // the weight
    REQUIRE(energy().registers == energy().total());
    array.registers.picojoules_per_byte = 0;
    array.network_picojoules_per_byte = 1;
    REQUIRE(energy().network == Approx(macs * (1 + 4) * 1e-9));  // an input and a sum
    array.network_picojoules_per_byte = 0;
    array.dram.picojoules_per_byte = 1;
    REQUIRE(energy().dram == Approx(64 * 64 * 1e-9));
    array.dram.picojoules_per_byte = 0;
    array.global_buffer.picojoules_per_byte = 1;
    const double weights = 64 * 64 * 2;      // in and out
    const double inputs = batch * 64 * 2;    // for two folds of filters
    const double outputs = batch * 64;       //
    const double sums = batch * 64 * 4 * 2;  // of the first of two folds, out and in
    REQUIRE(energy().global_buffer == Approx((weights + inputs + outputs + sums) * 1e-9));
    array.accumulators = Accelerator::Buffer{1 << 20, 0, 1};
    array.weight_buffer = Accelerator::Buffer{1 << 20, 0, 1};
    REQUIRE(energy().global_buffer == Approx((inputs + outputs) * 1e-9));
    REQUIRE(energy().accumulators == Approx(sums * 1e-9));
    REQUIRE(energy().weight_buffer == Approx(weights * 1e-9));
    array.static_watts = 2;
    const auto layer = only_layer(array, product(64, 64), 10);
    REQUIRE(layer.energy.leakage == Approx(2 * layer.cycles / 1e9 * 1e3));
}

TEST_CASE("weights that outgrow the buffer beside a map that does are fetched again or the map is, whichever is less") {
    auto array = bare_array(Dataflow::output_stationary, FoldOverlap::full);
    array.border = Border::dram;
    array.dram.gigabytes_per_second = 1;
    array.double_buffered = false;
    array.data_types["int8"].accumulator_bytes = 1;
    // 1x1: 1000 pixels x 64 channels, 64 filters; 4096 bytes of weights, 64,000 of map each way.
    array.global_buffer.bytes = 1 << 20;
    const Graph graph = convolution(64, 40, 64, 1);
    const double least = 64 * 64 + 2 * 64 * 1600;
    REQUIRE(only_layer(array, graph).dram_bytes == least);
    array.global_buffer.bytes = 64 * 64 + 2 * 64 * 40;  // weights and a row each: still each once
    REQUIRE(only_layer(array, graph).dram_bytes == least);
    array.global_buffer.bytes = 4000;  // not even the weights
    const double more = only_layer(array, graph).dram_bytes;
    REQUIRE(more > least);
    REQUIRE(more < 3 * least);
}

TEST_CASE("what a chip can't run is told with its reason") {
    auto array = bare_array(Dataflow::weight_stationary, FoldOverlap::none);
    const Graph graph = convolution(64, 34, 64, 3);
    REQUIRE_THAT(unsupported(array, graph, "float16"), Catch::Contains("can't run float16") && Catch::Contains("int8"));
    array.unsupported_operators = {"Conv"};
    REQUIRE_THAT(unsupported(array, graph), Catch::Contains("\"conv\"") && Catch::Contains("Conv is among"));
    array.unsupported_operators.clear();
    array.global_buffer.bytes = 100;
    REQUIRE_THAT(unsupported(array, graph), Catch::Contains("\"conv\"") && Catch::Contains("100 bytes"));
    array.global_buffer.bytes = 1 << 20;
    array.weight_buffer = Accelerator::Buffer{1000, 0, 0};
    array.weights_stay = true;
    REQUIRE_THAT(unsupported(array, graph), Catch::Contains("1000 bytes") && Catch::Contains("36864"));
    REQUIRE_THAT(test::input_error_of([&] { (void)estimate(array, graph, 0, "int8"); }), Catch::Contains("batch"));
    REQUIRE_THAT(test::input_error_of([&] { (void)estimate(array, graph, 1, "int4"); }), Catch::Contains("int4"));
}

TEST_CASE("a graph without a layer costs nothing") {
    const auto nothing = estimate(bare_array(Dataflow::vector, FoldOverlap::none), Graph(Shape{3, 8, 8}), 1, "int8");
    REQUIRE(nothing.cycles == 0);
    REQUIRE(nothing.millijoules == 0);
    REQUIRE(nothing.utilisation == 0);
}
