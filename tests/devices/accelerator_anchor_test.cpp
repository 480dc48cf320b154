// The model against figures that are not ours; accelerator_anchors.h says whose.
#include "accelerator_anchors.h"

#include <catch2/catch.hpp>

#include "devices/accelerator/accelerator_model.h"
#include "support.h"

using namespace hwnas;

namespace {

Accelerator chip(const std::string& name) { return anchors::preset(test::source("configs/devices/" + name + ".json")); }

double compute_cycles(const Accelerator& accelerator, const Graph& graph, std::int64_t batch) {
    return estimate_layers(accelerator, graph, batch, "int8").front().compute_cycles;
}

}  // namespace

TEST_CASE("systolic folds take the cycles that SCALE-Sim counts") {
    // It tells the number of the last cycle, and the first is 0.
    for (const auto& anchor : anchors::scale_sim()) {
        INFO(anchor.layer);
        REQUIRE(compute_cycles(anchors::bare_array(Dataflow::weight_stationary, FoldOverlap::none), anchor.graph,
                               anchor.batch) == anchor.weight_stationary + 1);
        REQUIRE(compute_cycles(anchors::bare_array(Dataflow::output_stationary, FoldOverlap::drain), anchor.graph,
                               anchor.batch) == anchor.output_stationary + 1);
    }
}

TEST_CASE("SCALE-Sim's paper has 2R + C + T - 2 cycles a fold for output stationary") {
    // 128 x 256 x 128 on 32 x 32: 16 folds, T = 256.
    REQUIRE(compute_cycles(anchors::bare_array(Dataflow::output_stationary, FoldOverlap::none),
                           anchors::product(256, 128), 128) == 16 * (2 * 32 + 32 + 256 - 2));
}

TEST_CASE("AlexNet's layers take about the time that Eyeriss measured") {
    const auto eyeriss = chip("eyeriss");
    double ours = 0;
    double theirs = 0;
    double dram = 0;
    double millijoules = 0;
    for (const auto& layer : anchors::alexnet()) {
        INFO(layer.layer);
        const auto got = estimate_layers(eyeriss, layer.graph, 4, "float16").front();
        const double milliseconds = got.cycles / (eyeriss.clock_mhz * 1e3);
        // A model without ramps, barriers and bubbles is the faster one, but not by much.
        REQUIRE(milliseconds < layer.processing_milliseconds);
        REQUIRE(milliseconds > 0.8 * layer.processing_milliseconds);
        REQUIRE(got.macs / got.compute_cycles == Approx(layer.active_pes).epsilon(0.06));
        ours += milliseconds;
        theirs += layer.processing_milliseconds;
        dram += got.dram_bytes / 1e6;
        millijoules += got.energy.total() - got.energy.dram;
    }
    REQUIRE(ours == Approx(theirs).epsilon(0.16));
    // The chip compresses feature maps, and its clock tree has a third of its power; neither is modelled.
    REQUIRE(dram > 15.4);
    REQUIRE(dram < 2 * 15.4);
    REQUIRE(millijoules < anchors::alexnet_millijoules);
    REQUIRE(millijoules > 0.5 * anchors::alexnet_millijoules);
}

TEST_CASE("VGG-16's layers keep the PEs busy that Eyeriss kept busy") {
    const auto eyeriss = chip("eyeriss");
    for (const auto& layer : anchors::vgg16()) {
        INFO(layer.layer);
        const auto got = estimate_layers(eyeriss, layer.graph, 3, "float16").front();
        REQUIRE(got.macs / got.compute_cycles <= 168 * (1 + 1e-12));
        REQUIRE(got.cycles / (eyeriss.clock_mhz * 1e3) < 1.2 * layer.processing_milliseconds);
    }
}

TEST_CASE("a row-stationary chip like Eyeriss needs about the accesses and the energy that Timeloop finds") {
    const anchors::Timeloop theirs;
    const auto ours = estimate(anchors::timeloop_eyeriss_like(), anchors::timeloop_layer(), 1, "int8");
    REQUIRE(ours.cycles <= theirs.cycles);
    REQUIRE(ours.dram_bytes >= theirs.least_dram_words);
    REQUIRE(ours.dram_bytes == Approx(theirs.dram_words).epsilon(0.05));
    REQUIRE(ours.global_buffer_bytes == Approx(theirs.buffer_words).epsilon(0.25));
    REQUIRE(ours.millijoules * 1e3 == Approx(theirs.microjoules).epsilon(0.05));
}

TEST_CASE("TPU v1 peaks at 92 TOPS and reaches about what the paper measured on its perceptrons") {
    const auto tpu = chip("tpu-v1");
    REQUIRE(2 * peak_macs_per_cycle(tpu, "int8") * tpu.clock_mhz * 1e-6 == Approx(92).epsilon(0.01));
    for (const auto& anchor : anchors::tpu_perceptrons()) {
        INFO(anchor.name);
        const auto got = estimate(tpu, anchors::perceptron(anchor), anchor.batch, "int8");
        REQUIRE(got.bound == "memory");
        REQUIRE(2 * got.macs / got.milliseconds * 1e-9 == Approx(anchor.teraops).epsilon(0.25));
    }
}

TEST_CASE("Jetson Nano's measured networks reach 50 % to 100 % of the roofline") {
    const auto gpu = chip("edge-gpu");
    for (const auto& anchor : anchors::jetson_nano()) {
        INFO(anchor.network);
        const Graph graph = anchors::network(test::source("configs/networks"), anchor.network, 256);
        const double half = estimate(gpu, graph, 1, "float16").milliseconds / anchor.float16_milliseconds;
        const double single = estimate(gpu, graph, 1, "float32").milliseconds / anchor.float32_milliseconds;
        REQUIRE(half > 0.5);
        REQUIRE(half < 1);
        REQUIRE(single > 0.5);
        REQUIRE(single < 1);
    }
}
