#include "devices/space_profile.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "devices/cost_metrics.h"
#include "devices/drawn_networks.h"
#include "devices/made_space.h"
#include "devices/segment_failures.h"
#include "devices/segment_sampling.h"
#include "space/feasible_networks.h"

using namespace hwnas;

namespace {

/// A device on which a graph takes a constant, and a time that follows from its counts; so a
/// network takes less than its segments one by one.
class CountingRunner : public Runner {
public:
    [[nodiscard]] Burst measure(const Graph& graph, const RunSettings&) override {
        ++bursts;
        now += seconds_a_burst;
        if (failed && failed(graph)) throw RunError("on fire");
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

    std::function<bool(const Graph&)> refused, failed;
    bool metered = false;
    int bursts = 0;
    std::chrono::duration<double> now{0}, seconds_a_burst{0};
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

TEST_CASE("a network's latency is the lower quartile of its rounds: neither the luckiest nor what neighbours slow") {
    CostRow row;
    row.latency_ms = 5;
    REQUIRE(network_latency(row) == 5);
    row.rounds_ms = {9, 6, 5, 7, 8};
    REQUIRE(network_latency(row) == 6);
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

TEST_CASE("as many segments are measured as fit into the time, and more when it is given again") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    runner.seconds_a_burst = std::chrono::milliseconds(100);
    CostTable table;
    auto options = ::options();
    options.clock = [&runner] { return runner.now; };
    options.least_segments = 30;
    const auto measured = [&] {
        return std::count_if(space.segments().begin(), space.segments().end(),
                             [&](const Segment& segment) { return measured_row(table, segment) != nullptr; });
    };
    // Forty networks take four bursts each, of which half count: 8 s. A segment takes three or a little more.
    options.time = std::chrono::seconds(60);
    auto outcome = profile_space(space, runner, nullptr, device(), table, options, {});
    INFO(measured() << " of " << space.segments().size() << " segments in " << runner.now.count() << " s");
    REQUIRE(runner.now.count() == Approx(60 + 2 * 8).margin(5));  // the held-out ones twice
    REQUIRE(measured() > 100);
    REQUIRE(outcome.interpolated == space.segments().size() - static_cast<std::size_t>(measured()));
    REQUIRE(table.rows.size() == space.segments().size() + 40);
    REQUIRE(table.verdict(space.name())->held_out.mean_error_percent < 3);

    const auto once = measured();
    options.time.reset();
    runner.now = {};
    outcome = profile_space(space, runner, nullptr, device(), table, options, {});
    REQUIRE(runner.now.count() == 0);
    REQUIRE(measured() == once);
    options.time = std::chrono::seconds(3600);
    outcome = profile_space(space, runner, nullptr, device(), table, options, {});
    REQUIRE(static_cast<std::size_t>(measured()) == space.segments().size());
    REQUIRE(outcome.interpolated == 0);
    REQUIRE(table.verdict(space.name())->held_out.mean_error_percent < 0.5);
}

TEST_CASE("a profile tells how far all segments are, not the batch, and how long the verdict will take") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    runner.seconds_a_burst = std::chrono::milliseconds(500);
    auto options = ::options();
    options.clock = [&runner] { return runner.now; };
    options.least_segments = 30;
    options.time = std::chrono::seconds(300);
    std::vector<ProfileProgress> heard;
    options.rows.progress = [&](const ProfileProgress& state) {
        if (state.what == "segments") heard.push_back(state);
    };
    std::vector<std::string> said;
    options.say = [&](const std::string& text) { said.push_back(text); };
    CostTable table;
    const auto outcome = profile_space(space, runner, nullptr, device(), table, options, {});
    REQUIRE(outcome.interpolated > 0);
    REQUIRE_FALSE(heard.empty());
    for (std::size_t i = 0; i < heard.size(); ++i) {
        REQUIRE(heard[i].segments == space.segments().size());
        REQUIRE(heard[i].seconds_left <= 300);
        if (i > 0) REQUIRE(heard[i].segments_left <= heard[i - 1].segments_left);
    }
    REQUIRE(heard.back().segments_left == outcome.interpolated);
    // Forty networks of four bursts take 80 s, the held-out half of them again 40 s.
    REQUIRE_THAT(said.front(), Catch::Contains("fit into 5 min") && Catch::Contains("takes about 1 min more"));
}

TEST_CASE("a table that other devices' completed is measured where it was not") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    CostTable table = test::made_table(space);
    table.device = "counting";
    for (auto& [key, row] : table.rows) row.origin = RowOrigin::transferred;
    REQUIRE(profile_space(space, runner, nullptr, device(), table, options(), {}).measured ==
            space.segments().size() + 40);
    REQUIRE_FALSE(table.has(RowOrigin::transferred));
    REQUIRE(table.verdict(space.name())->held_out.mean_error_percent < 0.5);
}

TEST_CASE("a slow device measures the least number of segments however little time there is, or so many as are asked") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    runner.seconds_a_burst = std::chrono::seconds(10);
    auto options = ::options();
    options.clock = [&runner] { return runner.now; };
    options.least_segments = 60;
    CostTable least;
    REQUIRE(profile_space(space, runner, nullptr, device(), least, options, {}).measured == 60 + 40);
    options.segments = 70;
    CostTable exact;
    REQUIRE(profile_space(space, runner, nullptr, device(), exact, options, {}).measured == 70 + 40);
}

TEST_CASE("segments that a runner fails on are told when all others are measured, whatever batch they were in") {
    const CompiledSpace space = test::small_space();
    CountingRunner runner;
    runner.failed = [](const Graph& graph) { return graph.nodes().size() < 20 && count(graph).parameters % 7 == 0; };
    std::size_t failing = 0;
    for (const auto& segment : space.segments()) failing += runner.failed(segment.graph) ? 1 : 0;
    REQUIRE(failing > 2);
    auto options = ::options();
    options.least_segments = 50;
    CostTable table;
    std::string text;
    try {
        profile_space(space, runner, nullptr, device(), table, options, {});
    } catch (const SegmentFailures& failures) {
        text = failures.what();
        REQUIRE(failures.failures().size() == failing);
    }
    REQUIRE_THAT(text, Catch::Contains("on fire"));
    REQUIRE(table.rows.size() == space.segments().size() - failing + 40);
}
