#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "devices/accelerator/accelerator.h"
#include "graph/graph.h"
#include "space/search_space.h"

/// Figures about accelerators that others published or that their programs print: what the tests
/// hold the model against, and what bench_accelerator_anchors prints beside ours.
namespace hwnas::anchors {

/// The value under `accelerator` of a device's file.
inline Accelerator preset(const std::filesystem::path& path) {
    JsonDocument document = JsonDocument::load(path);
    const auto accelerator = read_accelerator(JsonValue(document, &document.root().at("accelerator"), "/accelerator"));
    document.throw_problems();
    return accelerator;
}

/// A convolution of a square map on its own, {channels, size, size}.
inline Graph convolution(std::int64_t channels, std::int64_t size, std::int64_t filters, std::int64_t kernel,
                         std::int64_t stride = 1, std::int64_t pad = 0, std::int64_t group = 1) {
    Graph graph(Shape{channels, size, size});
    graph.begin_segment("layer");
    op::Conv conv;
    conv.filters = filters;
    conv.kernel = {kernel, kernel};
    conv.stride = {stride, stride};
    conv.pads = {pad, pad, pad, pad};
    conv.group = group;
    graph.add("conv", conv, {0});
    return graph;
}

/// A fully connected layer on its own; the batch gives the rows of the product.
inline Graph product(std::int64_t inputs, std::int64_t features) {
    Graph graph(Shape{inputs});
    graph.begin_segment("layer");
    graph.add("gemm", op::Gemm{features, false}, {0});
    return graph;
}

/// An array of 32 x 32 without limits around it: nothing but the folds takes time.
inline Accelerator bare_array(Dataflow dataflow, FoldOverlap overlap) {
    Accelerator accelerator;
    accelerator.rows = 32;
    accelerator.columns = 32;
    accelerator.dataflow = dataflow;
    accelerator.fold_overlap = overlap;
    accelerator.clock_mhz = 1000;
    accelerator.data_types["int8"] = {};
    accelerator.global_buffer.bytes = 1 << 30;
    accelerator.dram.gigabytes_per_second = 1e6;
    return accelerator;
}

/// A layer as SCALE-Sim 3 runs it on 32 x 32 (configs/scale.cfg of its repository, topologies as
/// given here): "Total Cycles", the number of the last cycle from 0, without stalls, of its
/// COMPUTE_REPORT.csv.
struct ScaleSim {
    const char* layer;
    Graph graph;
    std::int64_t batch;  ///< M of a product
    double weight_stationary;
    double output_stationary;
};
inline std::vector<ScaleSim> scale_sim() {
    return {{"product 128 x 256 x 128", product(256, 128), 128, 7103, 5087},
            {"product 196 x 512 x 512", product(512, 512), 196, 74239, 64287},
            {"product 100 x 72 x 40", product(72, 40), 100, 1163, 1071},
            {"product 1 x 1280 x 1000", product(1280, 1000), 1, 121599, 42943},
            {"convolution 3x3, 64x30x30 to 64x28x28", convolution(64, 30, 64, 3), 1, 31607, 31899},
            {"convolution 11x11/4, 3x227x227 to 96x55x55", convolution(3, 227, 96, 11, 4), 1, 112283, 121124},
            {"depthwise 3x3, one channel, 16x16", convolution(1, 16, 1, 3), 1, 289, 496}};
}

/// A layer on the chip Eyeriss: Chen et al., JSSC 52(1), 2017, tables V (AlexNet, batch 4) and VI
/// (VGG-16, batch 3), as transcribed in github.com/cucapra/fodlam, data/.
struct Eyeriss {
    const char* layer;
    Graph graph;
    double processing_milliseconds;
    int active_pes;
    double buffer_megabytes;
    double dram_megabytes;
};
inline std::vector<Eyeriss> alexnet() {
    return {{"CONV1", convolution(3, 227, 96, 11, 4), 16.5, 154, 18.5, 5.0},
            {"CONV2", convolution(96, 27, 256, 5, 1, 2, 2), 39.2, 135, 77.6, 4.0},
            {"CONV3", convolution(256, 13, 384, 3, 1, 1), 21.8, 156, 50.2, 3.0},
            {"CONV4", convolution(384, 13, 384, 3, 1, 1, 2), 16.0, 156, 37.4, 2.1},
            {"CONV5", convolution(384, 13, 256, 3, 1, 1, 2), 10.0, 156, 24.9, 1.3}};
}
inline std::vector<Eyeriss> vgg16() {
    return {{"CONV1-1", convolution(3, 224, 64, 3, 1, 1), 38.0, 156, 112.6, 15.4},
            {"CONV1-2", convolution(64, 224, 64, 3, 1, 1), 810.6, 156, 2402.8, 54.0},
            {"CONV2-1", convolution(64, 112, 128, 3, 1, 1), 405.3, 156, 1201.4, 33.4},
            {"CONV2-2", convolution(128, 112, 128, 3, 1, 1), 810.8, 156, 2402.8, 48.5},
            {"CONV3-1", convolution(128, 56, 256, 3, 1, 1), 204.0, 156, 607.4, 20.2},
            {"CONV3-2", convolution(256, 56, 256, 3, 1, 1), 408.1, 156, 1214.8, 32.2},
            {"CONV3-3", convolution(256, 56, 256, 3, 1, 1), 408.1, 156, 1214.8, 30.8},
            {"CONV4-1", convolution(256, 28, 512, 3, 1, 1), 105.1, 168, 321.8, 17.8},
            {"CONV4-2", convolution(512, 28, 512, 3, 1, 1), 210.0, 168, 643.7, 28.6},
            {"CONV4-3", convolution(512, 28, 512, 3, 1, 1), 210.0, 168, 643.7, 22.8},
            {"CONV5-1", convolution(512, 14, 512, 3, 1, 1), 48.3, 168, 90.0, 6.3},
            {"CONV5-2", convolution(512, 14, 512, 3, 1, 1), 48.5, 168, 90.0, 5.7},
            {"CONV5-3", convolution(512, 14, 512, 3, 1, 1), 48.5, 168, 90.0, 5.6}};
}

/// Of the chip without DRAM, millijoules a batch: power times total latency of the same tables.
constexpr double alexnet_millijoules = 278 * 115.3 * 1e-3;
constexpr double vgg16_millijoules = 236 * 4309.5 * 1e-3;

/// Timeloop and Accelergy's example `eyeriss_like` (timeloop-accelergy-exercises, ref_outputs): a
/// 3x3/2 convolution of 3x224x224 to 32x112x112 with 8-bit words on 12 x 14 PEs.
struct Timeloop {
    double cycles = 86016;
    double utilisation = 0.75;
    double dram_words = 572528;
    double least_dram_words = 554147;  ///< "Total memory accesses required"
    double buffer_words = 1913456;
    double microjoules = 59.28;
};
inline Graph timeloop_layer() {
    Graph graph(Shape{3, 224, 224});
    graph.begin_segment("layer");
    op::Conv conv;
    conv.filters = 32;
    conv.kernel = {3, 3};
    conv.stride = {2, 2};
    conv.pads = {0, 0, 1, 1};
    graph.add("conv", conv, {0});
    return graph;
}
/// Its architecture (arch.yaml) and what its ERT_summary.yaml gives an access: energies of the
/// three scratchpads are averaged by the accesses that a MAC makes, weights read once, inputs once,
/// sums read and written.
inline Accelerator timeloop_eyeriss_like() {
    Accelerator accelerator;
    accelerator.rows = 12;
    accelerator.columns = 14;
    accelerator.dataflow = Dataflow::row_stationary;
    accelerator.clock_mhz = 1000;
    accelerator.data_types["int8"] = {2, 1, 0.207692, 0};
    accelerator.registers = {192, 12, 16, (1.976602 / 2 + 0.202442 / 2 + 0.2513 + 0.2191) / 6};
    accelerator.global_buffer = {131072, 0, (14.137929 + 18.183829) / 2 / 8};
    accelerator.weight_buffer = Accelerator::Buffer{168 * 192 * 2, 0, 0};
    accelerator.dram = {1e6, 512.0 / 8};
    accelerator.border = Border::dram;
    return accelerator;
}

/// TPU v1 on the paper's two perceptrons (arXiv 1704.04760, tables 1 and 3: layers, weights, batch,
/// achieved TOPS). Their widths are not published; square layers of that many weights stand for them.
struct TpuPerceptron {
    const char* name;
    int layers;
    std::int64_t width;
    std::int64_t batch;
    double teraops;
};
inline std::vector<TpuPerceptron> tpu_perceptrons() {
    return {{"MLP0", 5, 2000, 200, 12.3}, {"MLP1", 4, 1118, 168, 9.7}};
}
inline Graph perceptron(const TpuPerceptron& anchor) {
    Graph graph(Shape{anchor.width});
    graph.begin_segment("layers");
    NodeId last = 0;
    for (int i = 0; i < anchor.layers; ++i) {
        last = graph.add("gemm" + std::to_string(i), op::Gemm{anchor.width, true}, {last});
        last = graph.add("relu" + std::to_string(i), op::Activation{op::Activation::Kind::relu}, {last});
    }
    return graph;
}

/// Jetson Nano with TensorRT, batch 1, 3x256x256, milliseconds as measured by
/// github.com/kentaroy47/benchmark-FP32-FP16-INT8-with-TensorRT.
struct JetsonNano {
    const char* network;
    double float32_milliseconds;
    double float16_milliseconds;
};
inline std::vector<JetsonNano> jetson_nano() {
    return {{"resnet-18", 26, 18}, {"resnet-34", 48, 30}, {"resnet-50", 79, 42}};
}
/// A published network of configs/networks at another resolution.
inline Graph network(const std::filesystem::path& networks, const std::string& name, std::int64_t size) {
    JsonDocument document = JsonDocument::load(networks / (name + ".json"));
    const std::string extent = std::to_string(size);
    document.override_value("input=[3, " + extent + ", " + extent + "]");
    const SearchSpace space = SearchSpace::read(JsonValue(document));
    document.throw_problems();
    return space.lower({});
}

}  // namespace hwnas::anchors
