#include "devices/tuning.h"

#include <catch2/catch.hpp>

#include "core/error.h"
#include "devices/scripted_runner.h"

using namespace hwnas;

namespace {

/// Fast with two threads and all optimisation; three threads fail.
class SetRunner : public Runner {
public:
    [[nodiscard]] Burst measure(const Graph& graph, const RunSettings& settings) override {
        if (settings.threads == 3) throw RunError("only two processors");
        const double work = static_cast<double>(graph.shape(0)[0]) *
                            (settings.engine.value("optimisation", "all") == "all" ? 1.0 : 1.5);
        Burst burst;
        burst.milliseconds = {work / static_cast<double>(settings.threads)};
        burst.throughput = static_cast<double>(settings.streams) * 1000 / work;
        return burst;
    }
    [[nodiscard]] Json context() override { return {{"engine", "set"}, {"version", "1"}}; }
};

DeviceConfig device() {
    JsonDocument document = JsonDocument::parse(R"({"name": "d", "runner": "onnxruntime"})", "device.json");
    return DeviceConfig::read(JsonValue(document));
}

}  // namespace

TEST_CASE("tuning tries every combination and puts the fastest first") {
    const Segment small = test::made_segment(4), large = test::made_segment(16);
    const std::vector<TuningChoice> choices{{"threads", {1, 2, 3}}, {"engine/optimisation", {"basic", "all"}}};
    const auto tuned = tune(device(), choices, {&small, &large},
                            [](const DeviceConfig&) { return std::make_unique<SetRunner>(); }, {}, {});
    REQUIRE(tuned.size() == 6);
    REQUIRE(tuned.front().settings == Json{{"threads", 2}, {"engine/optimisation", "all"}});
    REQUIRE(tuned.front().latency_ms == Approx(std::sqrt(4.0 * 16.0) / 2));
    REQUIRE(tuned.front().throughput == Approx(1000 / std::sqrt(4.0 * 16.0)));
    REQUIRE(tuned.front().device.run.threads == 2);
    REQUIRE(tuned.front().device.source["engine"]["optimisation"] == "all");
    REQUIRE(tuned.back().failure == "only two processors");
}

TEST_CASE("what is usual to try is a valid device for each runner") {
    for (const auto& choice : usual_choices("onnxruntime", 4)) REQUIRE(!choice.values.empty());
    REQUIRE(usual_choices("onnxruntime", 4).front().values == std::vector<Json>{1, 2, 4});
    REQUIRE(usual_choices("onnxruntime", 1).front().values == std::vector<Json>{1});
    REQUIRE(usual_choices("model", 4).empty());
}
