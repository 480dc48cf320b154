#include "train/plain_network.h"

#include "train/compute_device.h"
#include "train/network.h"
#include "train/training_speed.h"
// LibTorch's logging library has a CHECK of its own, which aborts.
#undef CHECK
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "space/example_stages.h"
#include "space/search_space.h"

using namespace hwnas;
using namespace hwnas::train;

namespace {

/// The largest relative difference of two trainings' losses, step by step.
double loss_difference(const Graph& graph, std::int64_t steps) {
    SpeedSettings settings;
    settings.batch = 16;
    settings.warmup_steps = steps;
    settings.least_seconds = 0;
    const auto ours = training_speed(graph, settings).losses;
    settings.plain = true;
    const auto plain = training_speed(graph, settings).losses;
    REQUIRE(ours.size() == static_cast<std::size_t>(steps));
    REQUIRE(plain.size() == ours.size());
    double largest = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) largest = std::max(largest, std::abs(ours[i] - plain[i]) / plain[i]);
    return largest;
}

}  // namespace

TEST_CASE("a training goes as LibTorch's own does, step by step") {
    for (const char* name : {"mbconv-32", "mobilenet-28"}) {
        CAPTURE(name);
        const auto space = SearchSpace::load(std::filesystem::path(HWNAS_SOURCE_DIR) / "configs/benchmarks/networks" /
                                             (std::string(name) + ".json"));
        const auto graph = hwnas::test::lowered(space, Encoding(space.choices().size(), 0));
        REQUIRE(graph);
        CHECK(loss_difference(*graph, 10) < 1e-3);
    }
}

TEST_CASE("the first losses of every family's blocks are LibTorch's own") {
    for (const auto& [family, fields] : hwnas::test::example_stages()) {
        CAPTURE(family);
        const auto space = hwnas::test::space_with(family, fields);
        for (const auto& encoding : hwnas::test::all_encodings(space)) {
            const auto graph = hwnas::test::lowered(space, encoding);
            if (!graph) continue;
            INFO(space.to_json(encoding).dump());
            CHECK(loss_difference(*graph, 3) < 1e-3);
            break;
        }
    }
}

TEST_CASE("without all weights a plain network is an input error") {
    Graph graph({2, 4, 4});
    graph.add("conv", op::Conv{.filters = 2}, {0});
    CHECK_THROWS_WITH(PlainNetwork(graph, {}), Catch::Contains("conv.weight"));
}
