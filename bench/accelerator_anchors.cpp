// What the model of accelerators says beside what was published or what other programs print:
// the tables of docs/accelerators.md.
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>

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
    double ours = 0;
    double theirs = 0;
    double millijoules = 0;
    for (const auto& layer : layers) {
        const LayerEstimate got = estimate_layers(eyeriss, layer.graph, batch, "float16").front();
        const double milliseconds = got.cycles / (eyeriss.clock_mhz * 1e3);
        ours += milliseconds;
        theirs += layer.processing_milliseconds;
        millijoules += got.energy.total() - got.energy.dram;
        std::printf("| %s | %.1f | %.1f | %.0f | %d | %.1f | %.1f | %.1f | %.1f |\n", layer.layer, milliseconds,
                    layer.processing_milliseconds, got.macs / got.compute_cycles, layer.active_pes,
                    got.global_buffer_bytes / 1e6, layer.buffer_megabytes, got.dram_bytes / 1e6, layer.dram_megabytes);
    }
    std::printf("| all | %.1f | %.1f | | | | | | |\n", ours, theirs);
    std::printf("\nEnergy without DRAM: %.1f mJ (chip: %.1f)\n", millijoules, chip_millijoules);
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

void speed_table(const std::filesystem::path& source) {
    std::printf("\n| chip | microseconds a segment of mobilenet-v2 |\n| --- | --- |\n");
    const Graph graph = anchors::network(source / "configs/networks", "mobilenet-v2", 224);
    std::vector<Graph> segments;
    for (std::size_t i = 1; i < graph.segments().size(); ++i) segments.push_back(extract_segment(graph, i));
    for (const char* name : {"tpu-v1", "mobile-npu", "vpu", "edge-gpu", "eyeriss"}) {
        const auto accelerator = anchors::preset(source / "configs/devices" / (std::string(name) + ".json"));
        const std::string type = accelerator.data_types.begin()->first;
        constexpr int rounds = 5;
        const auto begin = std::chrono::steady_clock::now();
        for (int round = 0; round < rounds; ++round)
            for (const auto& segment : segments) (void)estimate(accelerator, segment, 1, type);
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
        std::printf("| %s | %.0f |\n", name, took.count() / rounds / static_cast<double>(segments.size()));
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
        speed_table(source);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
