#include <catch2/catch.hpp>
#include <limits>

#include "devices/energy_burst.h"
#include "devices/profiler.h"
#include "devices/scripted_runner.h"

using namespace hwnas;
using test::ScriptedRunner;

namespace {

class MadeMeter : public EnergyMeter {
public:
    [[nodiscard]] double millijoules() override { return total; }
    double total = 0;
};

// Every burst uses 100 mJ around its runs, and each run 2 mJ a channel.
struct Bench {
    MadeMeter meter;
    std::vector<RunSettings> bursts;
    ScriptedRunner runner{[this](std::int64_t channels, int) {
        const auto& settings = runner.last_settings;
        bursts.push_back(settings);
        const double by_time = settings.least_milliseconds / 0.5;
        const auto runs =
            std::max<std::size_t>(static_cast<std::size_t>(settings.least_runs), static_cast<std::size_t>(by_time));
        meter.total += 100 + 2.0 * static_cast<double>(channels) * static_cast<double>(runs);
        return std::vector<double>(runs, 0.5);
    }};
};

DeviceConfig device() {
    DeviceConfig config;
    config.name = "made";
    return config;
}

}  // namespace

TEST_CASE("the energy of a run is free of what surrounds the runs") {
    Bench bench;
    const auto segment = test::made_segment(7);
    const auto energy = energy_of_run(segment.graph, bench.runner, bench.meter, {});
    REQUIRE(energy.has_value());
    REQUIRE(*energy == Approx(14));
    REQUIRE(bench.bursts.back().least_milliseconds >= 30);
}

TEST_CASE("a counter that shows nothing gives no energy, and never zero") {
    Bench bench;
    const auto segment = test::made_segment(7);
    MadeMeter dead;
    REQUIRE(!energy_of_run(segment.graph, bench.runner, dead, {}).has_value());
}

TEST_CASE("with a meter each row gets its energy") {
    Bench bench;
    const auto one = test::made_segment(1);
    const auto two = test::made_segment(2);
    CostTable table;
    profile({&one, &two}, bench.runner, &bench.meter, device(), table, {}, {});
    REQUIRE(table.has_energy());
    REQUIRE(*table.rows.at(one.key).energy_mj == Approx(2));
    REQUIRE(*table.rows.at(two.key).energy_mj == Approx(4));
    REQUIRE(!table.context.contains("energy"));
}

TEST_CASE("rows that were measured without a meter get their energy later, and keep their latency") {
    Bench bench;
    const auto one = test::made_segment(1);
    CostTable table;
    profile({&one}, bench.runner, nullptr, device(), table, {}, {});
    REQUIRE(!table.has_energy());
    table.rows.at(one.key).latency_ms = 0.4;
    const auto outcome = profile({&one}, bench.runner, &bench.meter, device(), table, {}, {});
    REQUIRE(outcome.measured == 0);
    REQUIRE(*table.rows.at(one.key).energy_mj == Approx(2));
    REQUIRE(table.rows.at(one.key).latency_ms == 0.4);
}

TEST_CASE("a table says why energies are absent where the counter stands still") {
    Bench bench;
    MadeMeter dead;
    const auto one = test::made_segment(1);
    CostTable table;
    profile({&one}, bench.runner, &dead, device(), table, {}, {});
    REQUIRE(table.rows.size() == 1);
    REQUIRE(!table.has_energy());
    REQUIRE_THAT(table.context["energy"].get<std::string>(), Catch::StartsWith("1 segments used no energy"));
}
