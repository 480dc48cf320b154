#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include "core/files.h"
#include "core/rng.h"
#include "predictors/command_evaluator.h"
#include "support.h"

using namespace hwnas;

namespace {

constexpr std::int64_t extent = 12;
constexpr std::int64_t classes = 4;

std::string big_endian(std::int64_t value) {
    std::string bytes;
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift & 255);
    return bytes;
}

/// Noise, bright in the rows that tell the class.
void write_images(const std::filesystem::path& folder, std::int64_t count) {
    Rng rng(5);
    std::string pixels = std::string("\0\0\x08\x03", 4) + big_endian(count) + big_endian(extent);
    pixels += big_endian(extent);
    std::string labels = std::string("\0\0\x08\x01", 4) + big_endian(count);
    for (std::int64_t image = 0; image < count; ++image) {
        const auto label = static_cast<std::int64_t>(rng.below(classes));
        labels += static_cast<char>(label);
        for (std::int64_t y = 0; y < extent; ++y)
            for (std::int64_t x = 0; x < extent; ++x)
                pixels += static_cast<char>(rng.below(80) + (y * classes / extent == label ? 160U : 0U));
    }
    write_file_durably(folder / "train-images-idx3-ubyte", pixels);
    write_file_durably(folder / "train-labels-idx1-ubyte", labels);
}

/// Every operator there is, with strides, groups, dilation, biases and uneven pads.
Graph network() {
    using Kind = op::Activation::Kind;
    Graph graph({1, extent, extent});
    auto last = graph.add("stem.conv", op::Conv{.filters = 8, .kernel = {3, 3}, .pads = {1, 0, 1, 2}}, {0});
    last = graph.add("stem.bn", op::BatchNormalization{.epsilon = 1e-3}, {last});
    for (const auto& [name, kind] : {std::pair{"relu", Kind::relu},
                                     {"relu6", Kind::relu6},
                                     {"swish", Kind::swish},
                                     {"hard_swish", Kind::hard_swish}})
        last = graph.add(std::string("stem.") + name, op::Activation{kind}, {last});
    const auto entry = last;
    const op::Conv grouped{
        .filters = 8, .kernel = {3, 3}, .dilation = {2, 2}, .pads = {2, 2, 2, 2}, .group = 4, .bias = true};
    last = graph.add("block.0.conv", grouped, {last});
    const auto gated = last;
    last = graph.add("block.0.se.pool", op::GlobalAveragePool{}, {last});
    last = graph.add("block.0.se.conv", op::Conv{.filters = 8, .bias = true}, {last});
    last = graph.add("block.0.se.gate", op::Activation{Kind::hard_sigmoid}, {last});
    last = graph.add("block.0.se.scale", op::Mul{}, {gated, last});
    last = graph.add("block.0.add", op::Add{}, {entry, last});
    last = graph.add("max", op::Pool{op::Pool::Kind::max, {3, 3}, {2, 2}, {1, 1, 0, 0}}, {last});
    last = graph.add("average", op::Pool{op::Pool::Kind::average, {3, 3}, {1, 1}, {1, 1, 1, 0}}, {last});
    last = graph.add("sigmoid", op::Activation{Kind::sigmoid}, {last});
    last = graph.add("flatten", op::Flatten{}, {last});
    last = graph.add("hidden", op::Gemm{.features = 16, .bias = false}, {last});
    graph.add("classes", op::Gemm{.features = classes}, {last});
    return graph;
}

/// Debian's, which its python3-torch belongs to, or the one in PATH; empty where neither has it.
std::string python_with_torch() {
    for (const std::string python : {"/usr/bin/python3", "python3"}) {
        const std::string command =
            python + " -c 'import importlib.util as u; exit(not u.find_spec(\"torch\"))' 2>/dev/null";
        if (std::system(command.c_str()) == 0) return python;
    }
    return {};
}

}  // namespace

TEST_CASE("the PyTorch example trains the network that was asked for, the same with the same seed") {
    const std::string python = python_with_torch();
    if (python.empty()) {
        WARN("SKIPPED: no PyTorch for Python (python3-torch)");
        return;
    }
    const test::TemporaryFolder folder;
    write_images(folder.path(), 320);
    CommandEvaluator evaluator({.command = {python, test::source("examples/pytorch/trainer.py").string(), "--data",
                                            folder.path().string(), "--validation-images", "64"},
                                .metrics = {{"top1", "%"}, {"loss", "nats"}},
                                .budget = {{"batch", 16}},
                                .limit_seconds = 120,
                                .limit_mebibytes = 4000});
    EvaluationRequest request;
    request.architecture = {{"made", true}};
    request.graph = network();
    request.seed = 17;
    request.budget = {{"epochs", 3}};
    const auto first = evaluator.evaluate(request, {});
    REQUIRE(first.details["parameters"] == count(network()).parameters);
    REQUIRE(first.values.at("top1") > 50);  // guessing has 25
    REQUIRE(std::isfinite(first.values.at("loss")));
    REQUIRE(evaluator.evaluate(request, {}).values == first.values);

    request.seed = 18;
    REQUIRE(evaluator.evaluate(request, {}).values.at("loss") != first.values.at("loss"));
    request.budget = {{"epoch", 3}};
    REQUIRE_THROWS_WITH(evaluator.evaluate(request, {}), Catch::Contains("unknown key 'epoch'"));
    request.graph.reset();
    REQUIRE_THROWS_WITH(evaluator.evaluate(request, {}), Catch::Contains("no network"));
}
