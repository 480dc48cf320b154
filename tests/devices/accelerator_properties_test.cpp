// What must hold of any chip and network.
#include <algorithm>
#include <catch2/catch.hpp>

#include "accelerator_anchors.h"
#include "devices/accelerator/accelerator_model.h"
#include "support.h"

using namespace hwnas;

namespace {

struct Chip {
    std::string name;
    Accelerator accelerator;
    std::string data_type;
};

std::vector<Chip> chips() {
    std::vector<Chip> chips;
    for (const char* name : {"eyeriss", "tpu-v1", "mobile-npu", "vpu", "edge-gpu"}) {
        auto accelerator = anchors::preset(test::source("configs/devices/" + std::string(name) + ".json"));
        // Where energy counts too, more bandwidth may buy a slower mapping.
        accelerator.optimise = MappingGoal::cycles;
        std::string type = accelerator.data_types.begin()->first;
        chips.push_back({name, std::move(accelerator), std::move(type)});
    }
    return chips;
}

/// Depthwise and grouped convolutions, squeeze and excite, concatenations, shuffles, residuals.
const std::vector<Graph>& networks() {
    static const std::vector<Graph> graphs = [] {
        std::vector<Graph> made;
        for (const char* name :
             {"mobilenet-v2", "mobilenet-v3-small", "shufflenet-v2-x0.5", "squeezenet-1.1", "resnet-18"})
            made.push_back(anchors::network(test::source("configs/networks"), name, 128));
        return made;
    }();
    return graphs;
}

/// Calls `check(chip, graph)` for every segment of every network on every chip.
template <typename Check>
void for_every_segment(Check&& check) {
    for (const Chip& chip : chips())
        for (const Graph& network : networks())
            for (std::size_t i = 1; i < network.segments().size(); ++i) {
                INFO(chip.name + ": " + network.segments()[i]);
                check(chip, extract_segment(network, i));
            }
}

}  // namespace

TEST_CASE("no estimate beats its rooflines, and all work is counted") {
    for_every_segment([](const Chip& chip, const Graph& graph) {
        const auto got = estimate(chip.accelerator, graph, 3, chip.data_type);
        REQUIRE(got.macs == 3.0 * static_cast<double>(count(graph).macs));
        REQUIRE(got.cycles * (1 + 1e-12) >= got.macs / peak_macs_per_cycle(chip.accelerator, chip.data_type));
        REQUIRE(got.milliseconds * (1 + 1e-12) >= got.dram_bytes / (chip.accelerator.dram.gigabytes_per_second * 1e6));
        REQUIRE(got.utilisation <= 1 + 1e-12);
        double moved = 0;
        for (const auto& layer : estimate_layers(chip.accelerator, graph, 3, chip.data_type)) {
            REQUIRE(layer.cycles >=
                    std::max({layer.compute_cycles, layer.vector_cycles, layer.buffer_cycles, layer.memory_cycles}));
            moved += layer.dram_bytes;
        }
        REQUIRE(moved == got.dram_bytes);
    });
}

TEST_CASE("the energies of the parts are the whole") {
    for_every_segment([](const Chip& chip, const Graph& graph) {
        const auto got = estimate(chip.accelerator, graph, 1, chip.data_type);
        const auto& energy = got.energy;
        REQUIRE(got.millijoules == Approx(energy.compute + energy.registers + energy.network + energy.accumulators +
                                          energy.weight_buffer + energy.global_buffer + energy.dram + energy.leakage));
        REQUIRE(energy.leakage == Approx(chip.accelerator.static_watts * got.milliseconds));
        REQUIRE(energy.dram == Approx(got.dram_bytes * chip.accelerator.dram.picojoules_per_byte * 1e-9));
    });
}

TEST_CASE("twice the bandwidth never slows") {
    for_every_segment([](const Chip& chip, const Graph& graph) {
        const double cycles = estimate(chip.accelerator, graph, 1, chip.data_type).cycles;
        Accelerator faster = chip.accelerator;
        faster.dram.gigabytes_per_second *= 2;
        REQUIRE(estimate(faster, graph, 1, chip.data_type).cycles <= cycles);
        faster = chip.accelerator;
        faster.global_buffer.bytes_per_cycle *= 2;
        REQUIRE(estimate(faster, graph, 1, chip.data_type).cycles <= cycles);
    });
}

TEST_CASE("more PEs slow a layer by no more than what a longer array takes to fill and drain") {
    for_every_segment([](const Chip& chip, const Graph& graph) {
        Accelerator larger = chip.accelerator;
        larger.rows *= 2;
        larger.columns *= 2;
        const auto before = estimate_layers(chip.accelerator, graph, 1, chip.data_type);
        const auto after = estimate_layers(larger, graph, 1, chip.data_type);
        const bool systolic =
            larger.dataflow == Dataflow::weight_stationary || larger.dataflow == Dataflow::output_stationary;
        for (std::size_t i = 0; i < before.size(); ++i) {
            INFO(before[i].name);
            // Folds of a depthwise convolution wait for the array's rows, each (docs/accelerators.md).
            const double longer = systolic ? 2.0 : 1.0;
            REQUIRE(after[i].compute_cycles <=
                    before[i].compute_cycles * longer + 4.0 * static_cast<double>(larger.rows));
            if (!systolic) REQUIRE(after[i].compute_cycles <= before[i].compute_cycles);
        }
    });
}

TEST_CASE("a larger batch never costs less") {
    for_every_segment([](const Chip& chip, const Graph& graph) {
        double cycles = 0;
        double millijoules = 0;
        for (const std::int64_t batch : {1, 2, 3, 4, 5, 8, 13}) {
            INFO("batch " << batch);
            const auto got = estimate(chip.accelerator, graph, batch, chip.data_type);
            REQUIRE(got.cycles >= cycles);
            REQUIRE(got.millijoules >= millijoules * (1 - 1e-9));
            cycles = got.cycles;
            millijoules = got.millijoules;
        }
    });
}

TEST_CASE("eight bits cost less than thirty-two") {
    for_every_segment([](const Chip& chip, const Graph& graph) {
        Accelerator both = chip.accelerator;
        both.data_types["int8"] = {4, 1, 0.3, 0.1};
        both.data_types["float32"] = {4, 1, 4.6, 0.9};
        const auto narrow = estimate(both, graph, 1, "int8");
        const auto wide = estimate(both, graph, 1, "float32");
        REQUIRE(narrow.millijoules < wide.millijoules);
        REQUIRE(narrow.cycles <= wide.cycles);
        REQUIRE(narrow.dram_bytes <= wide.dram_bytes);
    });
}

TEST_CASE("the same question has the same answer, to the bit") {
    for_every_segment([](const Chip& chip, const Graph& graph) {
        const auto first = estimate(chip.accelerator, graph, 2, chip.data_type);
        const auto second = estimate(chip.accelerator, graph, 2, chip.data_type);
        REQUIRE(first.cycles == second.cycles);
        REQUIRE(first.millijoules == second.millijoules);
        REQUIRE(first.bound == second.bound);
    });
}

TEST_CASE("segments add up to about their network") {
    for (Chip chip : chips())
        for (const Graph& network : networks()) {
            chip.accelerator.border = Border::buffer;
            const double whole = estimate(chip.accelerator, network, 1, chip.data_type).cycles;
            double sum = 0;
            for (std::size_t i = 1; i < network.segments().size(); ++i)
                sum += estimate(chip.accelerator, extract_segment(network, i), 1, chip.data_type).cycles;
            INFO(chip.name << ": " << sum / whole);
            REQUIRE(sum == Approx(whole).epsilon(0.05));
        }
}
