// What the model of accelerators says beside what was published or what other programs print:
// the tables of docs/accelerators.md.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "devices/accelerator/accelerator_model.h"
#include "tests/devices/accelerator_anchors.h"

namespace {

using namespace hwnas;

void scale_sim_table() {
    std::printf(
        "\n| layer on 32 x 32 | WS | SCALE-Sim 3 | OS, `none` | OS, `drain` | SCALE-Sim 3 |\n"
        "| --- | --- | --- | --- | --- | --- |\n");
    const auto cycles = [](const anchors::ScaleSim& anchor, Dataflow dataflow, FoldOverlap overlap) {
        return estimate_layers(anchors::bare_array(dataflow, overlap), anchor.graph, anchor.batch, "int8")
            .front()
            .compute_cycles;
    };
    for (const auto& anchor : anchors::scale_sim())
        std::printf("| %s | %.0f | %.0f | %.0f | %.0f | %.0f |\n", anchor.layer,
                    cycles(anchor, Dataflow::weight_stationary, FoldOverlap::none), anchor.weight_stationary,
                    cycles(anchor, Dataflow::output_stationary, FoldOverlap::none),
                    cycles(anchor, Dataflow::output_stationary, FoldOverlap::drain), anchor.output_stationary);
}

void eyeriss_table(const Accelerator& eyeriss, const char* network, const std::vector<anchors::Eyeriss>& layers,
                   std::int64_t batch, double chip_millijoules) {
    std::printf(
        "\n| %s, batch %d | ms | chip | active PEs | chip | buffer MB | chip | DRAM MB | chip |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
        network, static_cast<int>(batch));
    anchors::Eyeriss ours{"all", Graph(Shape{1}), 0, 0, 0, 0};
    anchors::Eyeriss theirs = ours;
    double millijoules = 0;
    for (const auto& layer : layers) {
        const LayerEstimate got = estimate_layers(eyeriss, layer.graph, batch, "float16").front();
        const double milliseconds = got.cycles / (eyeriss.clock_mhz * 1e3);
        std::printf("| %s | %.1f | %.1f | %.0f | %d | %.1f | %.1f | %.1f | %.1f |\n", layer.layer, milliseconds,
                    layer.processing_milliseconds, got.macs / got.compute_cycles, layer.active_pes,
                    got.global_buffer_bytes / 1e6, layer.buffer_megabytes, got.dram_bytes / 1e6, layer.dram_megabytes);
        ours.processing_milliseconds += milliseconds;
        ours.buffer_megabytes += got.global_buffer_bytes / 1e6;
        ours.dram_megabytes += got.dram_bytes / 1e6;
        theirs.processing_milliseconds += layer.processing_milliseconds;
        theirs.buffer_megabytes += layer.buffer_megabytes;
        theirs.dram_megabytes += layer.dram_megabytes;
        millijoules += got.energy.total() - got.energy.dram;
    }
    std::printf("| all | %.1f | %.1f | | | %.1f | %.1f | %.1f | %.1f |\n", ours.processing_milliseconds,
                theirs.processing_milliseconds, ours.buffer_megabytes, theirs.buffer_megabytes, ours.dram_megabytes,
                theirs.dram_megabytes);
    const double ports = 2 * eyeriss.global_buffer.bytes_per_cycle * eyeriss.clock_mhz * 1e6;
    std::printf("\nThe chip's buffer accesses alone, through both ports: %.0f ms\n",
                theirs.buffer_megabytes * 1e6 / ports * 1e3);
    std::printf("Energy without DRAM: %.1f mJ (chip: %.1f)\n", millijoules, chip_millijoules);
}

void timeloop_table() {
    const anchors::Timeloop theirs;
    const AcceleratorEstimate ours = estimate(anchors::timeloop_eyeriss_like(), anchors::timeloop_layer(), 1, "int8");
    std::printf("\n| `eyeriss_like`, its example layer | ours | Timeloop |\n| --- | --- | --- |\n");
    std::printf("| cycles | %.0f | %.0f |\n| utilisation | %.2f | %.2f |\n", ours.cycles, theirs.cycles,
                ours.utilisation, theirs.utilisation);
    std::printf("| DRAM words | %.0f | %.0f |\n| buffer words | %.0f | %.0f |\n", ours.dram_bytes, theirs.dram_words,
                ours.global_buffer_bytes, theirs.buffer_words);
    std::printf("| energy, uJ | %.1f | %.1f |\n", ours.millijoules * 1e3, theirs.microjoules);
}

void tpu_table(const Accelerator& tpu) {
    std::printf("\n| TPU v1, TOPS | ours | published |\n| --- | --- | --- |\n");
    std::printf("| peak | %.1f | 92 |\n", 2 * peak_macs_per_cycle(tpu, "int8") * tpu.clock_mhz * 1e-6);
    for (const auto& anchor : anchors::tpu_perceptrons()) {
        const AcceleratorEstimate got = estimate(tpu, anchors::perceptron(anchor), anchor.batch, "int8");
        std::printf("| %s | %.1f | %.1f |\n", anchor.name, 2 * got.macs / got.milliseconds * 1e-9, anchor.teraops);
    }
}

void jetson_table(const std::filesystem::path& source) {
    std::printf(
        "\n| Jetson Nano, 3x256x256, ms | float32 | TensorRT | float16 | TensorRT |\n"
        "| --- | --- | --- | --- | --- |\n");
    const auto gpu = anchors::preset(source / "configs/devices/edge-gpu.json");
    for (const auto& anchor : anchors::jetson_nano()) {
        const Graph graph = anchors::network(source / "configs/networks", anchor.network, 256);
        std::printf("| %s | %.1f | %.0f | %.1f | %.0f |\n", anchor.network,
                    estimate(gpu, graph, 1, "float32").milliseconds, anchor.float32_milliseconds,
                    estimate(gpu, graph, 1, "float16").milliseconds, anchor.float16_milliseconds);
    }
}

void network_table(const std::filesystem::path& source) {
    std::printf(
        "\n| batch 1 | chip | ms | mJ | utilisation | DRAM MB | bound |\n| --- | --- | --- | --- | --- | --- | --- "
        "|\n");
    struct Chip {
        const char* name;
        const char* data_type;
    };
    for (const char* name : {"mobilenet-v2", "resnet-50"}) {
        const Graph graph = anchors::network(source / "configs/networks", name, 224);
        for (const Chip chip : {Chip{"tpu-v1", "int8"}, Chip{"mobile-npu", "int8"}, Chip{"vpu", "float16"},
                                Chip{"edge-gpu", "float16"}, Chip{"eyeriss", "float16"}}) {
            const auto accelerator = anchors::preset(source / "configs/devices" / (std::string(chip.name) + ".json"));
            const auto got = estimate(accelerator, graph, 1, chip.data_type);
            std::printf("| %s | %s | %.2f | %.2f | %.3f | %.1f | %s |\n", name, chip.name, got.milliseconds,
                        got.millijoules, got.utilisation, got.dram_bytes / 1e6, got.bound.c_str());
        }
    }
}

/// Each published network against the sum of its segments, and the time that a segment's estimate takes.
void segments_table(const std::filesystem::path& source) {
    std::printf(
        "\n| chip | segments' cycles over their network's, least | most | microseconds a segment | longest |\n"
        "| --- | --- | --- | --- | --- |\n");
    for (const char* name : {"tpu-v1", "mobile-npu", "vpu", "edge-gpu", "eyeriss"}) {
        const auto accelerator = anchors::preset(source / "configs/devices" / (std::string(name) + ".json"));
        const std::string type = accelerator.data_types.begin()->first;
        std::vector<double> ratios;
        std::vector<double> times;
        for (const auto& entry : std::filesystem::directory_iterator(source / "configs/networks")) {
            if (entry.path().extension() != ".json") continue;
            const Graph graph = anchors::network(source / "configs/networks", entry.path().stem().string(), 224);
            double cycles = 0;
            for (std::size_t i = 1; i < graph.segments().size(); ++i) {
                const Graph segment = extract_segment(graph, i);
                const auto begin = std::chrono::steady_clock::now();
                cycles += estimate(accelerator, segment, 1, type).cycles;
                const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
                times.push_back(took.count());
            }
            ratios.push_back(cycles / estimate(accelerator, graph, 1, type).cycles);
        }
        const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
        std::printf("| %s | %.3f | %.3f | %.0f | %.0f |\n", name, *least, *most,
                    std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size()),
                    *std::max_element(times.begin(), times.end()));
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: bench_accelerator_anchors SOURCE_FOLDER\n");
        return 2;
    }
    try {
        const std::filesystem::path source = arguments[1];
        scale_sim_table();
        const auto eyeriss = anchors::preset(source / "configs/devices/eyeriss.json");
        eyeriss_table(eyeriss, "AlexNet", anchors::alexnet(), 4, anchors::alexnet_millijoules);
        eyeriss_table(eyeriss, "VGG-16", anchors::vgg16(), 3, anchors::vgg16_millijoules);
        timeloop_table();
        tpu_table(anchors::preset(source / "configs/devices/tpu-v1.json"));
        jetson_table(source);
        network_table(source);
        segments_table(source);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
