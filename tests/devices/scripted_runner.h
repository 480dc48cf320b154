#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "devices/energy_meter.h"
#include "devices/runner.h"
#include "space/compiled_space.h"

namespace hwnas::test {

/// A segment that differs from others by its number of channels.
inline Segment made_segment(std::int64_t channels) {
    Graph graph({channels, 4, 4});
    graph.add("relu", op::Activation{}, {0});
    return {graph, canonical_text(graph), count(graph)};
}

/// Answers by a script, by the channels that enter and the number of the burst
/// (from 0) of that segment; keeps the order in which it was asked.
class ScriptedRunner : public Runner {
public:
    using Script = std::function<std::vector<double>(std::int64_t channels, int burst)>;
    explicit ScriptedRunner(Script script) : script_(std::move(script)) {}

    [[nodiscard]] Burst measure(const Graph& graph, const RunSettings& settings) override {
        const std::int64_t channels = graph.shape(graph.input())[0];
        asked.push_back(channels);
        last_settings = settings;
        Burst burst;
        burst.milliseconds = script_(channels, bursts_[channels]++);
        if (after_burst) after_burst();
        return burst;
    }
    [[nodiscard]] Json context() override { return {{"engine", "scripted"}, {"version", version}}; }

    std::vector<std::int64_t> asked;
    RunSettings last_settings;
    std::string version = "1";
    std::function<void()> after_burst;

private:
    Script script_;
    std::map<std::int64_t, int> bursts_;
};

}  // namespace hwnas::test
