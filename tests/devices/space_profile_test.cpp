#include "devices/space_profile.h"

#include <catch2/catch.hpp>

#include "devices/cost_metrics.h"
#include "devices/drawn_networks.h"
#include "devices/made_space.h"
#include "space/feasible_networks.h"

using namespace hwnas;

namespace {

/// A device on which a graph takes a constant, and a time that follows from its counts; so a
/// network takes less than its segments one by one.
class CountingRunner : public Runner {
public:
    [[nodiscard]] Burst measure(const Graph& graph, const RunSettings&) override {
        ++bursts;
        if (refused && refused(graph)) throw UnsupportedError("no kernel for it");
        const auto counts = count(graph);
        Burst burst;
        burst.milliseconds.assign(
            10, 0.02 + 1e-6 * static_cast<double>(counts.macs) + 2e-6 * static_cast<double>(counts.parameters));
        if (metered) burst.millijoules = 3 * burst.milliseconds.front() + 5e-6 * static_cast<double>(counts.parameters);
        return burst;
    }
    [[nodiscard]] Json context() override { return {{"engine", "counting"}, {"version", "1"}}; }
    void restart() override { ++restarts; }

    std::function<bool(const Graph&)> refused;
    bool metered = false;
    int bursts = 0;
    int restarts = 0;
};

DeviceConfig device() {
    DeviceConfig config;
    config.name = "counting";
    config.source = {{"name", "counting"}};
    return config;
}

SpaceProfileOptions options() {
    SpaceProfileOptions options;
    options.calibrate_on = 20;
    options.held_out = 20;
    options.space_path = "spaces/small.json";
    options.space_file = {{"name", "small"}};
    return options;
}

}  // namespace

TEST_CASE("a profile corrects the sum of segments by whole networks and says how near it comes") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    CostTable table;
    profile_space(space, runner, nullptr, device(), table, options(), {});
    const SpaceVerdict* verdict = table.verdict(space.name());
    REQUIRE(verdict != nullptr);
    REQUIRE(verdict->calibrated_on == 20);
    REQUIRE(verdict->held_out.count == 20);
    REQUIRE(verdict->networks.size() == 20);
    // Each segment brings its own constant, which the network has once.
    REQUIRE(verdict->held_out.mean_error_percent < 0.5);
    REQUIRE(verdict->remeasured->mean_error_percent == 0);
    REQUIRE(runner.restarts == 1);
    REQUIRE(table.rows.size() == space.segments().size() + 40);

    // What the search asks is what was judged.
    const CompiledMetric latency = latency_metric(space, table);
    for (const auto& network : draw_networks(space, table, 5, 99)) {
        const double measured = runner.measure(network.whole.graph, {}).milliseconds.front();
        REQUIRE(latency(network.encoding) == Approx(measured).epsilon(0.01));
        REQUIRE(latency(network.encoding) ==
                Approx(verdict->calibration.of(network_traits(network, table).value())).epsilon(1e-9));
    }
}

TEST_CASE("a profile that has all measures nothing, and keeps its verdict") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    CostTable table;
    profile_space(space, runner, nullptr, device(), table, options(), {});
    runner.bursts = 0;
    profile_space(space, runner, nullptr, device(), table, options(), {});
    REQUIRE(runner.bursts == 0);
    REQUIRE(table.verdicts.size() == 1);
}

TEST_CASE("energy is corrected and judged like latency, where the runner tells it") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    runner.metered = true;
    CostTable table;
    profile_space(space, runner, nullptr, device(), table, options(), {});
    REQUIRE(table.has_energy());
    REQUIRE(table.verdict(space.name())->energy->held_out.mean_error_percent < 0.5);
    const CompiledMetric energy = energy_metric(space, table);
    for (const auto& network : draw_networks(space, table, 5, 99))
        REQUIRE(energy(network.encoding) == Approx(*runner.measure(network.whole.graph, {}).millijoules).epsilon(0.01));
}

TEST_CASE("without whole networks a table's latencies are plain sums") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    CostTable table;
    auto without = options();
    without.calibrate_on = without.held_out = 0;
    profile_space(space, runner, nullptr, device(), table, without, {});
    REQUIRE(table.verdicts.empty());
    REQUIRE(table.rows.size() == space.segments().size());
}

TEST_CASE("verifying draws networks that the profile did not measure, in two processes") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    CostTable table;
    profile_space(space, runner, nullptr, device(), table, options(), {});
    runner.restarts = 0;
    const CostTable before = table;
    const auto verification = verify_table(space, runner, device(), table, {.networks = 30, .seed = 5}, {});
    REQUIRE(verification.held_out.count == 30);
    REQUIRE(verification.remeasured.count == 30);
    REQUIRE(verification.held_out.mean_error_percent < 0.5);
    REQUIRE(runner.restarts == 2);
    REQUIRE(table.rows == before.rows);
    std::set<Json> known;
    for (const auto& network : table.verdict(space.name())->networks) known.insert(network.choices);
    for (const auto& network : verification.networks) REQUIRE(!known.contains(network.choices));
}

TEST_CASE("a verdict tells a bad table from a good one") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    CostTable table;
    profile_space(space, runner, nullptr, device(), table, options(), {});
    Rng rng(1);
    for (auto& [key, row] : table.rows) row.latency_ms *= 1 + 0.5 * rng.uniform();
    const auto verification = verify_table(space, runner, device(), table, {.networks = 30, .seed = 5}, {});
    REQUIRE(verification.held_out.mean_error_percent > 5);
    REQUIRE(verification.remeasured.mean_error_percent == 0);
}

TEST_CASE("networks with a segment that the device can't run are neither drawn nor feasible") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    // Kernels of 5 by 5, in segments and in whole networks.
    runner.refused = [](const Graph& graph) { return canonical_text(graph).find("kernel=5x5") != std::string::npos; };
    CostTable table;
    const auto outcome = profile_space(space, runner, nullptr, device(), table, options(), {});
    REQUIRE(outcome.unsupported > 0);
    const auto drawn = draw_networks(space, table, 20, 3);
    REQUIRE(drawn.size() == 20);
    for (const auto& network : drawn) REQUIRE(network.whole.key.find("kernel=5x5") == std::string::npos);
    const CompiledMetric latency = latency_metric(space, table);
    REQUIRE(latency(drawn.front().encoding) < 100);
    REQUIRE(std::isfinite(latency.least().value));

    runner.refused = [](const Graph&) { return true; };
    CostTable nothing;
    profile_space(space, runner, nullptr, device(), nothing, options(), {});
    REQUIRE_THAT(test::input_error_of([&] { static_cast<void>(latency_metric(space, nothing)); }),
                 Catch::Contains("a network of the space mnasnet-28 that the device can run") &&
                     Catch::Contains("no kernel for it"));
}
