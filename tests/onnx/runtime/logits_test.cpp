// What ONNX Runtime reads from an exported file computes what LibTorch computes.

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <optional>

#include "core/files.h"
#include "core/line_process.h"
#include "onnx/networks.h"
#include "onnx/writer.h"
#include "space/example_stages.h"
#include "support.h"

namespace hwnas {
namespace {

constexpr double tolerance = 1e-4;
constexpr std::chrono::seconds patience{120};

/// A program that answers one JSON object with one.
class JsonProgram {
public:
    explicit JsonProgram(std::vector<std::string> arguments)
        : process_({.arguments = std::move(arguments), .environment = {}, .longest_line = 64U << 20U}) {}

    Json ask(const Json& question) {
        const auto answer = process_.exchange(question.dump(), patience, {});
        if (answer.end != LineProcess::End::line) throw RunError(process_.end_and_explain());
        Json json = Json::parse(answer.line);
        if (json.contains("error")) throw RunError(json["error"].get<std::string>());
        return json;
    }

private:
    LineProcess process_;
};

/// Both engines, started once for all networks of a test.
class Engines {
public:
    /// Empty where ONNX Runtime is not there; says so the way that ctest knows.
    static std::optional<Engines> start() {
        const auto runtime = test::source("build/onnxruntime");
        if (!std::filesystem::exists(runtime / "version")) {
            std::cout << "SKIPPED: no ONNX Runtime (scripts/get-onnxruntime.sh gets it)" << std::endl;
            return std::nullopt;
        }
        return std::optional<Engines>(std::in_place, runtime);
    }
    explicit Engines(const std::filesystem::path& runtime)
        : torch_(std::make_unique<JsonProgram>(std::vector<std::string>{HWNAS_TRAINER_PROGRAM})),
          runtime_(std::make_unique<JsonProgram>(std::vector<std::string>{
              "node", test::source("tests/onnx/runtime/run_onnx.mjs").string(), runtime.string()})) {}

    void compare(const Graph& graph, std::int64_t batch, std::uint64_t seed) {
        const auto weights = test::random_weights(graph, seed);
        const auto weights_file = folder_.path() / "weights.safetensors";
        const auto onnx_file = folder_.path() / "network.onnx";
        write_file_durably(weights_file, to_safetensors(weights));
        write_file_durably(onnx_file, to_onnx(graph, weights, {}));
        Rng rng(seed + 1);
        std::vector<float> input;
        const Shape& shape = graph.shape(graph.input());
        for (std::int64_t i = 0; i < batch * element_count(shape); ++i)
            input.push_back(static_cast<float>(rng.normal()));

        const Json expected = torch_->ask({{"id", seed},
                                           {"task", "forward"},
                                           {"graph", to_json(graph)},
                                           {"weights", weights_file.string()},
                                           {"batch", batch},
                                           {"input", input}});
        Shape whole{batch};
        whole.insert(whole.end(), shape.begin(), shape.end());
        const Json found = runtime_->ask({{"model", onnx_file.string()}, {"shape", whole}, {"input", input}});
        const auto theirs = found["output"].get<std::vector<double>>();
        const auto ours = expected["output"].get<std::vector<double>>();

        const Shape& scores = graph.shape(graph.output());
        CHECK(found["shape"].get<Shape>() == Shape{batch, scores[0]});
        REQUIRE(ours.size() == static_cast<std::size_t>(batch * scores[0]));
        REQUIRE(theirs.size() == ours.size());
        double largest = 0;
        double difference = 0;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            largest = std::max(largest, std::abs(ours[i]));
            difference = std::max(difference, std::abs(ours[i] - theirs[i]));
        }
        INFO("largest logit " << largest);
        CHECK(difference <= tolerance);
        // Logits near nothing would agree whatever the file said.
        CHECK(largest > 100 * tolerance);
    }

private:
    test::TemporaryFolder folder_;
    std::unique_ptr<JsonProgram> torch_;
    std::unique_ptr<JsonProgram> runtime_;
};

void compare_random(const std::string& space_file, int networks, std::int64_t batch, std::uint64_t seed) {
    auto engines = Engines::start();
    if (!engines) return;
    const auto space = SearchSpace::load(test::source(space_file));
    Rng rng(seed);
    for (int i = 0; i < networks; ++i) {
        const auto encoding = test::random_encoding(space, rng);
        INFO(space.to_json(encoding).dump());
        engines->compare(space.lower(encoding), batch, seed + static_cast<std::uint64_t>(i));
    }
}

TEST_CASE("every operator gives LibTorch's logits in ONNX Runtime, at any batch size") {
    auto engines = Engines::start();
    if (!engines) return;
    engines->compare(test::every_operator(), 1, 10);
    engines->compare(test::every_operator(), 5, 20);
}

TEST_CASE("blocks of every family give LibTorch's logits in ONNX Runtime") {
    auto engines = Engines::start();
    if (!engines) return;
    for (const auto& [family, fields] : test::example_stages()) {
        const auto space = test::space_with(family, fields, 14);
        Rng rng(seed_word(family));
        std::optional<Graph> graph;
        while (!graph) graph = test::lowered(space, test::random_encoding(space, rng));
        INFO(family << ": " << canonical_text(*graph));
        engines->compare(*graph, 2, 50);
    }
}

TEST_CASE("random networks of mnasnet-28 give LibTorch's logits in ONNX Runtime") {
    compare_random("configs/spaces/mnasnet-28.json", 10, 2, 31);
}

TEST_CASE("a random network of mnasnet-imagenet gives LibTorch's logits in ONNX Runtime") {
    compare_random("configs/spaces/mnasnet-imagenet.json", 1, 1, 41);
}

}  // namespace
}  // namespace hwnas
