#include "devices/profiler.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "devices/scripted_runner.h"
#include "devices/segment_failures.h"
#include "support.h"

using namespace hwnas;
using test::ScriptedRunner;
using test::TemporaryFolder;

namespace {

DeviceConfig device() {
    DeviceConfig config;
    config.name = "made";
    config.rounds.most_bursts = 1;
    return config;
}

std::vector<double> steady(std::int64_t channels, int) {
    const auto base = static_cast<double>(channels);
    return {1.1 * base, base, 1.2 * base, 1.3 * base};
}

struct Made {
    explicit Made(std::int64_t count) {
        for (std::int64_t channels = 1; channels <= count; ++channels) segments.push_back(test::made_segment(channels));
    }
    [[nodiscard]] std::vector<const Segment*> all() const {
        std::vector<const Segment*> pointers;
        for (const auto& segment : segments) pointers.push_back(&segment);
        return pointers;
    }
    [[nodiscard]] const std::string& key(std::size_t channels) const { return segments[channels - 1].key; }

    std::vector<Segment> segments;
};

}  // namespace

TEST_CASE("a steady segment takes the least rounds and keeps minimum, median and spread") {
    const Made made(2);
    ScriptedRunner runner(steady);
    CostTable table;
    const auto outcome = profile(made.all(), runner, nullptr, device(), table, {}, {});
    REQUIRE(outcome.measured == 2);
    REQUIRE(outcome.noisy == 0);
    REQUIRE(!outcome.stopped);
    REQUIRE(runner.asked.size() == 6);
    const CostRow row = table.rows.at(made.key(2));
    REQUIRE(row.latency_ms == 2);
    REQUIRE(row.latency_median_ms == Approx(2.3));
    // Of 12 runs, three each of 2, 2.2, 2.4 and 2.6: quartiles at positions 2.75 and 8.25.
    REQUIRE(row.lower_quartile_ms == Approx(2.15));
    REQUIRE(row.upper_quartile_ms == Approx(2.45));
    REQUIRE(row.round_gap_percent == 0);
    REQUIRE(row.rounds_ms == std::vector<double>{2, 2, 2});
    REQUIRE(row.runs == 12);
    REQUIRE(!row.noisy);
    REQUIRE(!row.energy_mj);
}

TEST_CASE("a whole network takes as many rounds as a segment may, or half of them where these lie together") {
    const Made made(2);
    for (const double disturbed : {1.0, 1.1}) {
        // Two of three rounds of the network are slow, and the two lowest agree.
        ScriptedRunner runner([&](std::int64_t channels, int burst) -> std::vector<double> {
            auto times = steady(channels, burst);
            if (channels == 2 && burst % 3 != 0)
                for (auto& time : times) time *= disturbed;
            return times;
        });
        CostTable table;
        ProfileOptions options;
        options.networks = {made.key(2)};
        profile(made.all(), runner, nullptr, device(), table, options, {});
        CHECK(table.rows.at(made.key(1)).rounds_ms.size() == 3);
        CHECK(table.rows.at(made.key(2)).rounds_ms.size() == (disturbed > 1 ? 8 : 4));
    }
}

TEST_CASE("a segment goes on until its two lowest rounds agree") {
    const Made made(2);
    // Minima of segment 1: 9, 7, 5, 5.2 (4 % off), 5.05 (1 % off).
    ScriptedRunner runner([](std::int64_t channels, int burst) -> std::vector<double> {
        const std::vector<double> minima{9, 7, 5, 5.2, 5.05, 1, 1, 1};
        return channels == 1 ? std::vector<double>{20, minima.at(static_cast<std::size_t>(burst))}
                             : steady(channels, burst);
    });
    CostTable table;
    profile(made.all(), runner, nullptr, device(), table, {}, {});
    const CostRow row = table.rows.at(made.key(1));
    REQUIRE(row.rounds_ms == std::vector<double>{9, 7, 5, 5.2, 5.05});
    REQUIRE(row.latency_ms == 5);
    REQUIRE(row.round_gap_percent == Approx(1.0));
    REQUIRE(!row.noisy);
    REQUIRE(table.rows.at(made.key(2)).rounds_ms.size() == 3);
}

TEST_CASE("a segment whose rounds never agree is marked as noisy at the limit") {
    const Made made(1);
    ScriptedRunner runner([](std::int64_t, int burst) { return std::vector<double>{1.0 + 0.1 * burst}; });
    CostTable table;
    const auto outcome = profile(made.all(), runner, nullptr, device(), table, {}, {});
    REQUIRE(outcome.noisy == 1);
    const CostRow row = table.rows.at(made.key(1));
    REQUIRE(row.noisy);
    REQUIRE(row.rounds_ms.size() == 8);
    REQUIRE(row.latency_ms == 1);
    REQUIRE(row.round_gap_percent == Approx(10));
}

TEST_CASE("a noisy row is measured again on demand only") {
    const Made made(2);
    ScriptedRunner runner(steady);
    CostTable table;
    profile(made.all(), runner, nullptr, device(), table, {}, {});
    table.rows.at(made.key(2)).noisy = true;
    runner.asked.clear();
    profile(made.all(), runner, nullptr, device(), table, {}, {});
    REQUIRE(runner.asked.empty());
    const auto outcome = profile(made.all(), runner, nullptr, device(), table, {.repeat_noisy = true}, {});
    REQUIRE(outcome.measured == 1);
    REQUIRE(runner.asked == std::vector<std::int64_t>{2, 2, 2});
    REQUIRE(!table.rows.at(made.key(2)).noisy);
}

TEST_CASE("only segments without a row are measured, each once however often it is named") {
    const Made made(3);
    CostTable table;
    ScriptedRunner runner(steady);
    profile({&made.segments[1]}, runner, nullptr, device(), table, {}, {});
    runner.asked.clear();
    auto twice = made.all();
    for (const auto* segment : made.all()) twice.push_back(segment);
    const auto outcome = profile(twice, runner, nullptr, device(), table, {}, {});
    REQUIRE(outcome.measured == 2);
    REQUIRE(std::count(runner.asked.begin(), runner.asked.end(), 2) == 0);
    REQUIRE(runner.asked.size() == 6);
}

TEST_CASE("rounds are interleaved and shuffled, the same way for the same seed") {
    const Made made(20);
    const auto order = [&made](std::uint64_t seed) {
        ScriptedRunner runner(steady);
        CostTable table;
        profile(made.all(), runner, nullptr, device(), table, {.seed = seed}, {});
        return runner.asked;
    };
    const auto asked = order(1);
    REQUIRE(asked.size() == 60);
    std::vector<std::vector<std::int64_t>> rounds;
    for (int round = 0; round < 3; ++round) {
        rounds.emplace_back(asked.begin() + 20 * round, asked.begin() + 20 * (round + 1));
        REQUIRE(std::set<std::int64_t>(rounds.back().begin(), rounds.back().end()).size() == 20);
    }
    REQUIRE(rounds[0] != rounds[1]);
    REQUIRE(rounds[1] != rounds[2]);
    REQUIRE(order(1) == asked);
    REQUIRE(order(2) != asked);
}

TEST_CASE("a stop keeps what is done, and the next call measures the rest") {
    const TemporaryFolder folder;
    const Made made(10);
    std::stop_source source;
    ScriptedRunner runner(steady);
    runner.after_burst = [&] {
        if (runner.asked.size() == 3 * 4 + 5) source.request_stop();
    };
    ProfileOptions options{.table_path = folder.path() / "table.json"};
    options.segments_in_a_round = 4;
    CostTable table;
    const auto first = profile(made.all(), runner, nullptr, device(), table, options, source.get_token());
    REQUIRE(first.stopped);
    REQUIRE(first.measured == 4);
    CostTable kept = CostTable::load(options.table_path);
    REQUIRE(kept.rows.size() == 4);

    runner.asked.clear();
    runner.after_burst = {};
    const auto second = profile(made.all(), runner, nullptr, device(), kept, options, {});
    REQUIRE(second.measured == 6);
    REQUIRE(runner.asked.size() == 18);
    REQUIRE(CostTable::load(options.table_path).rows.size() == 10);
    REQUIRE(kept.context["earlier"].size() == 1);
}

TEST_CASE("rows are on disk at the end of their round and not only at the end of all") {
    const TemporaryFolder folder;
    const Made made(8);
    ScriptedRunner runner(steady);
    ProfileOptions options{.table_path = folder.path() / "table.json"};
    options.segments_in_a_round = 4;
    std::size_t on_disk = 0;
    runner.after_burst = [&] {
        if (runner.asked.size() == 13) on_disk = CostTable::load(options.table_path).rows.size();
    };
    CostTable table;
    profile(made.all(), runner, nullptr, device(), table, options, {});
    REQUIRE(on_disk == 4);
}

TEST_CASE("a segment that fails is an error that names it, after the others are done and saved") {
    const TemporaryFolder folder;
    const Made made(4);
    ScriptedRunner runner([](std::int64_t channels, int burst) {
        if (channels == 2 && burst == 1) throw RunError("killed by signal 11");
        return channels == 3 ? std::vector<double>{0.0} : steady(channels, burst);
    });
    const ProfileOptions options{.table_path = folder.path() / "table.json"};
    CostTable table;
    std::string text;
    try {
        profile(made.all(), runner, nullptr, device(), table, options, {});
    } catch (const RunError& error) {
        text = error.what();
    }
    REQUIRE_THAT(text, Catch::Contains("2 of 4 segments could not be measured on made"));
    REQUIRE_THAT(text, Catch::Contains(made.key(2) + ": killed by signal 11"));
    REQUIRE_THAT(text, Catch::Contains(made.key(3) + ": the runner gave 0.0"));
    const auto saved = CostTable::load(options.table_path);
    REQUIRE(saved.rows.size() == 2);
    REQUIRE(saved.rows.contains(made.key(4)));
    REQUIRE(!saved.rows.contains(made.key(2)));
}

TEST_CASE("a runner that fails on all is given up after the first few, one that fails on many is not") {
    const Made made(30);
    int bursts = 0;
    ScriptedRunner broken([&](std::int64_t, int) -> std::vector<double> {
        ++bursts;
        throw RunError("no route to host");
    });
    CostTable table;
    REQUIRE_THROWS_WITH(
        profile(made.all(), broken, nullptr, device(), table, {}, {}),
        Catch::Contains("none could, so the others were not tried") && Catch::Contains("no route to host"));
    REQUIRE(bursts < 30);

    ScriptedRunner moody([](std::int64_t channels, int burst) {
        if (channels != 17) throw RunError("no route to host");
        return steady(channels, burst);
    });
    // Wherever the one that succeeds comes first, all are tried.
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CostTable one;
        try {
            profile(made.all(), moody, nullptr, device(), one, {.seed = seed}, {});
            FAIL("no failure was told");
        } catch (const SegmentFailures& failures) {
            INFO(failures.what());
            REQUIRE(failures.tried_all() == (one.rows.size() == 1));
            if (failures.tried_all()) {
                REQUIRE(failures.failures().size() == 29);
                REQUIRE_THAT(failures.what(), Catch::Contains("29 of 30 segments") && Catch::Contains("and 19 more"));
            }
        }
    }
}

TEST_CASE("progress counts down to nothing") {
    const Made made(5);
    ScriptedRunner runner(steady);
    std::vector<ProfileProgress> heard;
    CostTable table;
    profile(made.all(), runner, nullptr, device(), table,
            {.progress = [&heard](const ProfileProgress& progress) { heard.push_back(progress); }}, {});
    REQUIRE(heard.size() >= 3);
    for (std::size_t i = 1; i < heard.size(); ++i) {
        REQUIRE(heard[i].segments == 5);
        REQUIRE(heard[i].segments_left <= heard[i - 1].segments_left);
        REQUIRE(heard[i].seconds_left >= 0);
    }
    REQUIRE(heard.front().segments_left == 5);
    REQUIRE(heard.front().seconds_left > 0);
    REQUIRE(heard.back().rounds_done == 3);
    REQUIRE(heard.back().segments_left == 0);
    REQUIRE(heard.back().seconds_left == 0);
}

TEST_CASE("the table tells device, setting, machine and engine") {
    const Made made(1);
    ScriptedRunner runner(steady);
    DeviceConfig config = device();
    config.run.batch = 8;
    config.run.threads = 2;
    config.run.warmup_runs = 5;
    CostTable table;
    profile(made.all(), runner, nullptr, config, table, {.no_energy_reason = "no powercap"}, {});
    REQUIRE(runner.last_settings.batch == 8);
    REQUIRE(runner.last_settings.warmup_runs == 5);
    REQUIRE(table.device == "made");
    REQUIRE(table.batch == 8);
    REQUIRE(table.threads == 2);
    REQUIRE(table.context["engine"]["engine"] == "scripted");
    REQUIRE(table.context["energy"] == "not measured: no powercap");
    REQUIRE(table.context["burst"]["warmup_runs"] == 5);
    REQUIRE(table.context.contains("cpu"));
    REQUIRE(table.context.contains("load_at_end"));
    REQUIRE_THAT(table.context["date"].get<std::string>(), Catch::EndsWith("Z"));
}

TEST_CASE("a table of another setting or engine is not added to") {
    const Made made(2);
    ScriptedRunner runner(steady);
    CostTable table;
    profile({&made.segments[0]}, runner, nullptr, device(), table, {}, {});
    DeviceConfig config = device();
    config.run.batch = 2;
    config.name = "other";
    runner.version = "2";
    const std::string text = test::input_error_of(
        [&] { profile(made.all(), runner, nullptr, config, table, {.table_path = "table.json"}, {}); });
    REQUIRE_THAT(text, Catch::Contains("table.json: expected rows for batch 2; found batch 1"));
    REQUIRE_THAT(text, Catch::Contains("device \"made\"") && Catch::Contains("engine/version \"1\""));
    REQUIRE(table.rows.size() == 1);
}

TEST_CASE("a segment's round takes further bursts until its median is known, up to the limit") {
    const Made made(2);
    auto config = device();
    config.rounds.most_bursts = 4;
    // Segment 1 is steady over ten runs, segment 2 spreads by a half however often it runs.
    ScriptedRunner runner([](std::int64_t channels, int) {
        std::vector<double> times;
        for (int i = 0; i < 10; ++i) times.push_back(channels == 1 ? 1.0 : 1.0 + 0.05 * i);
        return times;
    });
    CostTable table;
    profile(made.all(), runner, nullptr, config, table, {}, {});
    REQUIRE(table.rows.at(made.key(1)).runs == 3 * 10);
    REQUIRE(table.rows.at(made.key(2)).runs == 3 * 4 * 10);

    // A network takes one burst a round.
    CostTable of_networks;
    profile(made.all(), runner, nullptr, config, of_networks, {.networks = {made.key(2)}}, {});
    REQUIRE(of_networks.rows.at(made.key(2)).runs == config.rounds.most / 2 * 10);
}

TEST_CASE("what takes long is repeated less often once that is known, and short runs as often as ever") {
    const Made made(1);
    for (const auto& [milliseconds, runs] : {std::pair{40.0, 6}, std::pair{12.0, 9}, std::pair{0.5, 10}}) {
        ScriptedRunner runner([ms = milliseconds](std::int64_t, int) { return std::vector<double>(10, ms); });
        CostTable table;
        profile(made.all(), runner, nullptr, device(), table, {}, {});
        REQUIRE(runner.last_settings.least_runs == runs);
        REQUIRE(runner.last_settings.warmup_runs == 3);
    }
}

TEST_CASE("what the device can't run is a row that says so, and everything else is measured") {
    const Made made(3);
    ScriptedRunner runner([](std::int64_t channels, int burst) -> std::vector<double> {
        if (channels == 2) throw UnsupportedError("no kernel for Relu");
        return steady(channels, burst);
    });
    CostTable table;
    const auto outcome = profile(made.all(), runner, nullptr, device(), table, {}, {});
    REQUIRE(outcome.unsupported == 1);
    REQUIRE(table.rows.size() == 3);
    REQUIRE(table.rows.at(made.key(2)).unsupported == "no kernel for Relu");
    runner.asked.clear();
    profile(made.all(), runner, nullptr, device(), table, {}, {});
    REQUIRE(runner.asked.empty());
}

TEST_CASE("what is measured while the reference is slow is dropped and measured again") {
    const Made made(40);
    const Segment reference = test::made_segment(100);
    int bursts = 0;
    // For a while everything takes half as long again.
    ScriptedRunner runner([&](std::int64_t channels, int) {
        const bool slow = ++bursts > 30 && bursts <= 150;
        return std::vector<double>(10, static_cast<double>(channels) * (slow ? 1.5 : 1.0));
    });
    CostTable table;
    ProfileOptions options;
    options.reference = &reference;
    auto twice = device();
    twice.rounds.least = 2;
    profile(made.all(), runner, nullptr, twice, table, options, {});
    for (const auto& segment : made.segments) {
        const auto& row = table.rows.at(segment.key);
        const auto channels = static_cast<double>(segment.graph.shape(0)[0]);
        REQUIRE(row.latency_ms == channels);
        // A window of 16 may be dropped for its end alone; none is kept for its beginning alone.
        REQUIRE(row.latency_median_ms == channels);
    }
    const Json& drift = table.context.at("drift");
    REQUIRE(drift.at("dropped_windows").get<int>() >= 7);
    REQUIRE(drift.at("range_percent").get<double>() == Approx(50));
    REQUIRE(drift.at("samples").size() > 10);
}

TEST_CASE("patience with a disturbance ends, and what is known of the reference counts from the first window on") {
    const Made made(20);
    const Segment reference = test::made_segment(100);
    ScriptedRunner runner(
        [](std::int64_t channels, int) { return std::vector<double>(10, 2.0 * static_cast<double>(channels)); });
    CostTable table;
    ProfileOptions options;
    options.reference = &reference;
    options.reference_ms = 100;
    options.patience = std::chrono::milliseconds(300);
    profile(made.all(), runner, nullptr, device(), table, options, {});
    REQUIRE(table.rows.size() == 20);
    REQUIRE(table.context["drift"]["dropped_windows"] == 2);
}
