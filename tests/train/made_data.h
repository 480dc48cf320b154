#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "core/rng.h"
#include "graph/graph.h"
#include "train/dataset.h"

namespace hwnas::train::test {

/// A folder of its own that goes with the test.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "hwnas-train-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline void write(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

/// Noise with a bright square whose corner tells the class (0 to 3).
inline Images made_images(std::int64_t count, std::uint64_t seed, std::int64_t extent = 8, std::int64_t channels = 1) {
    Rng rng(seed);
    Images images{channels, extent, extent, {}, {}};
    const std::int64_t half = extent / 2;
    for (std::int64_t n = 0; n < count; ++n) {
        const auto label = static_cast<std::int32_t>(rng.below(4));
        images.labels.push_back(label);
        for (std::int64_t y = 0; y < extent; ++y)
            for (std::int64_t x = 0; x < extent; ++x)
                for (std::int64_t c = 0; c < channels; ++c) {
                    const bool bright = y / half == label / 2 && x / half == label % 2;
                    images.pixels.push_back(static_cast<std::uint8_t>(rng.below(100) + (bright ? 120 : 0)));
                }
    }
    return images;
}

inline Dataset made_dataset(std::int64_t training = 256, std::int64_t validation = 128) {
    return {4, made_images(training, 1), made_images(validation, 2), made_images(64, 3)};
}

/// conv-bn-relu, a depthwise 5x5 with squeeze-and-excite, a residual, a classifier:
/// every kind of node that spaces make, in little.
inline Graph made_network(const Shape& input = {1, 8, 8}, std::int64_t classes = 4) {
    using Kind = op::Activation::Kind;
    Graph graph(input);
    graph.add("stem", op::Conv{.filters = 8, .kernel = {3, 3}, .pads = {1, 1, 1, 1}}, {0});
    graph.add("stem.norm", op::BatchNormalization{}, {graph.output()});
    const NodeId entry = graph.add("stem.relu", op::Activation{Kind::relu}, {graph.output()});
    graph.add("depthwise", op::Conv{.filters = 8, .kernel = {5, 5}, .pads = {2, 2, 2, 2}, .group = 8}, {entry});
    graph.add("depthwise.norm", op::BatchNormalization{}, {graph.output()});
    const NodeId map = graph.add("depthwise.relu", op::Activation{Kind::relu6}, {graph.output()});
    graph.add("squeeze", op::GlobalAveragePool{}, {map});
    graph.add("reduce", op::Conv{.filters = 2, .bias = true}, {graph.output()});
    graph.add("reduce.swish", op::Activation{Kind::swish}, {graph.output()});
    graph.add("expand", op::Conv{.filters = 8, .bias = true}, {graph.output()});
    graph.add("gate", op::Activation{Kind::sigmoid}, {graph.output()});
    graph.add("excite", op::Mul{}, {map, graph.output()});
    graph.add("project", op::Conv{.filters = 8}, {graph.output()});
    graph.add("project.norm", op::BatchNormalization{}, {graph.output()});
    graph.add("residual", op::Add{}, {graph.output(), entry});
    graph.add("pool", op::Pool{op::Pool::Kind::max, {2, 2}, {2, 2}}, {graph.output()});
    graph.add("head", op::Conv{.filters = 16, .kernel = {3, 3}, .pads = {1, 1, 1, 1}}, {graph.output()});
    graph.add("head.norm", op::BatchNormalization{}, {graph.output()});
    graph.add("head.swish", op::Activation{Kind::hard_swish}, {graph.output()});
    graph.add("flatten", op::Flatten{}, {graph.output()});
    graph.add("classifier", op::Gemm{.features = classes}, {graph.output()});
    return graph;
}

}  // namespace hwnas::train::test
