#include <catch2/catch.hpp>

#include "onnx/networks.h"
#include "onnx/writer.h"
#include "space/onnx_metric.h"
#include "support.h"

namespace hwnas {
namespace {

OnnxMetadata metadata_of(const std::string& architecture) {
    OnnxMetadata metadata;
    metadata.version = "0.1.0";
    metadata.architecture = architecture;
    return metadata;
}

std::int64_t written_bytes(const Graph& graph, const OnnxMetadata& metadata) {
    return static_cast<std::int64_t>(to_onnx(graph, test::zero_weights(graph), metadata).size());
}

/// Compares prediction, fold and file for networks of a space.
void check_space(const CompiledSpace& space, std::size_t networks, std::uint64_t seed) {
    const auto metadata = metadata_of("0123456789abcdef");
    const auto fold = onnx_bytes_fold(space);
    const auto from_fold = onnx_bytes_from_fold(space, metadata);
    Rng rng(seed);
    for (std::size_t i = 0; i < networks; ++i) {
        const auto encoding = test::random_encoding(space.space(), rng);
        if (!space.contains(encoding)) continue;
        INFO(space.space().to_json(encoding).dump());
        const auto graph = space.space().lower(encoding);
        const auto written = written_bytes(graph, metadata);
        REQUIRE(onnx_bytes(graph, metadata) == written);
        REQUIRE(from_fold(fold(encoding)) == static_cast<double>(written));
    }
}

void check_space(const std::string& file, std::size_t networks, std::uint64_t seed) {
    check_space(CompiledSpace(SearchSpace::load(test::source(file))), networks, seed);
}

TEST_CASE("a file's size is known without weights, for every operator") {
    const Graph graph = test::every_operator();
    auto metadata = metadata_of("0123456789abcdef");
    CHECK(onnx_bytes(graph, metadata) == written_bytes(graph, metadata));
    metadata.mean = {0.1, 0.2, 0.3};
    metadata.deviation = {1, 2, 3.5};
    CHECK(onnx_bytes(graph, metadata) == written_bytes(graph, metadata));
}

TEST_CASE("a file's size is a sum over its segments, wherever they stand") {
    const Graph graph = test::every_operator();
    const auto metadata = metadata_of("0123456789abcdef");
    std::int64_t sum = 0;
    for (std::size_t i = 1; i < graph.segments().size(); ++i)
        sum += onnx_segment_bytes(extract_segment(graph, i), graph.segments()[i]);
    const OnnxFrame frame(graph.shape(graph.input()), graph.shape(graph.output()), metadata);
    CHECK(frame.bytes(sum) == written_bytes(graph, metadata));
}

TEST_CASE("the size metric equals the written files of mnasnet-28") {
    check_space("configs/spaces/mnasnet-28.json", 200, 3);
}

TEST_CASE("the size metric equals the written files of mnasnet-imagenet") {
    check_space("configs/spaces/mnasnet-imagenet.json", 5, 4);
}

TEST_CASE("the size metric equals the written files of blocks of several families") {
    check_space("configs/spaces/mixed-28.json", 100, 5);
}

TEST_CASE("the size metric equals the written files of networks of several resolutions") {
    // Extents from 128 on take a byte more in a file.
    auto document = JsonDocument::parse(R"({"name": "sizes", "input": [3, 160, 160], "classes": 4,
        "choices": {"resolution": [64, 160, 320], "width": [0.5, 1]}, "stem": {"family": "conv", "filters": 8, "stride": 4},
        "stages": [{"name": "a", "family": "separable", "filters": 16, "stride": 4}],
        "head": {"family": "classifier"}})",
                                        "sizes.json");
    const CompiledSpace space(SearchSpace::read(JsonValue(document)));
    document.throw_problems();
    check_space(space, 30, 6);
}

TEST_CASE("a file's size does not depend on which training made its weights") {
    const Graph graph = test::every_operator();
    auto metadata = metadata_of("0123456789abcdef");
    const auto proxy = onnx_bytes(graph, metadata);
    metadata.training = OnnxMetadata::Training::full;
    CHECK(onnx_bytes(graph, metadata) == proxy);
}

TEST_CASE("a file's size does not depend on the figures of the normalisation") {
    const Graph graph = test::every_operator();
    auto metadata = metadata_of("0123456789abcdef");
    metadata.mean = metadata.deviation = {0, 0, 0};
    const auto bytes = onnx_bytes(graph, metadata);
    metadata.mean = {1.0 / 3, 0.4913725490196078, 1};
    metadata.deviation = {0.5, 2.0 / 7, 1e-7};
    CHECK(written_bytes(graph, metadata) == bytes);
}

TEST_CASE("the map from a sum of segments to a file's size ascends, lengths of lengths included") {
    const OnnxFrame frame({3, 224, 224}, {1000}, metadata_of("0123456789abcdef"));
    std::int64_t before = frame.bytes(0);
    std::int64_t jumps = 0;
    for (std::int64_t sum = 1; sum < 70'000; ++sum) {
        const auto bytes = frame.bytes(sum);
        REQUIRE(bytes > before);
        jumps += bytes - before - 1;
        before = bytes;
    }
    CHECK(jumps == 2);  // where the graph reaches 2^7 and 2^14 bytes
    CHECK(frame.bytes(std::int64_t{1} << 40) > (std::int64_t{1} << 40));
}

}  // namespace
}  // namespace hwnas
