#include "devices/cost_table.h"

#include <catch2/catch.hpp>

#include "core/files.h"
#include "support.h"

using namespace hwnas;
using test::input_error_of;
using test::TemporaryFolder;

namespace {

CostTable example() {
    CostTable table;
    table.device = "laptop";
    table.batch = 4;
    table.threads = 2;
    table.context = {{"host", "example"}, {"load", {0.25, 0.5, 1.0}}};
    table.rows["b"] = {.latency_ms = 0.1 + 0.2,
                       .latency_median_ms = 0.5,
                       .lower_quartile_ms = 0.4,
                       .upper_quartile_ms = 0.7,
                       .round_gap_percent = 0.125,
                       .rounds_ms = {0.31, 0.3, 0.5},
                       .runs = 70,
                       .noisy = true,
                       .throughput = 2000.5,
                       .energy_mj = 1.0 / 3.0,
                       .idle_mj = 0.1,
                       .unsupported = {},
                       .details = {{"bound", "memory"}}};
    table.rows["a"].latency_ms = 1e-4;
    table.rows["a"].origin = RowOrigin::modelled;
    table.device_file = {{"name", "laptop"}};
    SpaceVerdict verdict;
    verdict.space = "small";
    verdict.space_file = {{"path", "small.json"}, {"content", {{"name", "small"}}}};
    verdict.date = "2024-05-01T12:00:00Z";
    verdict.calibration = {{{"row", 1.25}, {"segments", -0.01}}, 0.125};
    verdict.calibrated_on = 40;
    verdict.held_out = {2, 1.5, 1.0, 1.0, 0.99, 0.98, 0.97};
    verdict.remeasured = {2, 0.5, 1.0, 1.0, 0.999, 1.0, 1.0};
    verdict.networks = {{{{"kernel", 3}}, 1.01, 1.0, 1.005}, {{{"kernel", 5}}, 2.01, 2.0, std::nullopt}};
    table.verdicts.push_back(verdict);
    return table;
}

std::string problems_of(const std::filesystem::path& path, const std::string& text) {
    write_file_durably(path, text);
    return input_error_of([&path] { static_cast<void>(CostTable::load(path)); });
}

std::string table_text(const std::string& rows) {
    return R"({"schema_version": 2, "device": "d", "batch": 1, "threads": 1, "data_type": "float32",
               "context": {}, "rows": [)" +
           rows + "]}";
}

const std::string good_row = R"({"segment": "s", "latency_ms": 1, "latency_median_ms": 1,
    "round_gap_percent": 1, "rounds_ms": [1, 1], "runs": 30, "noisy": false})";

std::string changed(std::string row, const std::string& what, const std::string& by) {
    return row.replace(row.find(what), what.size(), by);
}

}  // namespace

TEST_CASE("what is no table is told of in one line") {
    const TemporaryFolder folder;
    const auto said = problems_of(folder.path() / "device.json", R"({"name": "cpu", "runner": "libtorch"})");
    CHECK_THAT(said, Catch::Contains("a cost table"));
    CHECK_THAT(said, !Catch::Contains("schema_version"));
}

TEST_CASE("a table that is saved and loaded is the same to the last bit") {
    const TemporaryFolder folder;
    const CostTable table = example();
    table.save(folder.path() / "table.json");
    const CostTable again = CostTable::load(folder.path() / "table.json");
    REQUIRE(again.device == table.device);
    REQUIRE(again.batch == 4);
    REQUIRE(again.threads == 2);
    REQUIRE(again.data_type == "float32");
    REQUIRE(again.context == table.context);
    REQUIRE(again.device_file == table.device_file);
    REQUIRE(again.rows == table.rows);
    REQUIRE(again.verdict("other") == nullptr);
    REQUIRE(again.verdict("small") != nullptr);
    REQUIRE(to_json(*again.verdict("small")) == to_json(table.verdicts.front()));
    REQUIRE(again.verdict("small")->held_out.within_5_percent == 1.0);
}

TEST_CASE("a row of what the device can't run has its reason and nothing else") {
    const TemporaryFolder folder;
    CostTable table;
    table.device = "d";
    table.rows["s"].unsupported = "no kernel for HardSwish";
    table.save(folder.path() / "table.json");
    REQUIRE(CostTable::load(folder.path() / "table.json").rows == table.rows);
    REQUIRE(!table.has_energy());
}

TEST_CASE("equal tables are equal files, with a row a line in the order of the keys") {
    const TemporaryFolder folder;
    example().save(folder.path() / "one.json");
    CostTable::load(folder.path() / "one.json").save(folder.path() / "two.json");
    const std::string text = read_file(folder.path() / "one.json");
    REQUIRE(text == read_file(folder.path() / "two.json"));
    REQUIRE(text.find("\"segment\":\"a\"") < text.find("\"segment\":\"b\""));
}

TEST_CASE("a table without rows can be saved and loaded") {
    const TemporaryFolder folder;
    CostTable table;
    table.device = "d";
    table.save(folder.path() / "table.json");
    REQUIRE(CostTable::load(folder.path() / "table.json").rows.empty());
}

TEST_CASE("a table has energy where every row has it") {
    CostTable table = example();
    REQUIRE(!table.has_energy());
    table.rows["a"].energy_mj = 2;
    REQUIRE(table.has_energy());
    table.rows.clear();
    REQUIRE(!table.has_energy());
}

TEST_CASE("a table of another schema version is refused for that alone") {
    const TemporaryFolder folder;
    const std::string text = problems_of(folder.path() / "t.json", R"({"schema_version": 1, "lines": []})");
    REQUIRE_THAT(text, Catch::Contains("t.json:1: /schema_version") && Catch::Contains("expected 2; found 1") &&
                           Catch::Contains("profile the device again"));
    REQUIRE_THAT(text, !Catch::Contains("lines"));
}

TEST_CASE("a table without a schema version is refused") {
    const TemporaryFolder folder;
    REQUIRE_THAT(problems_of(folder.path() / "t.json", R"({"rows": []})"),
                 Catch::Contains("the key \"schema_version\""));
}

TEST_CASE("rows are checked, each problem with its place") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "t.json";
    REQUIRE(problems_of(path, table_text(good_row)).empty());
    const auto row_problem = [&path](const std::string& what, const std::string& by) {
        return problems_of(path, table_text(changed(good_row, what, by)));
    };
    REQUIRE_THAT(row_problem("\"latency_ms\": 1", "\"latency_ms\": 0"), Catch::Contains("/rows/0/latency_ms"));
    REQUIRE_THAT(row_problem("\"latency_ms\": 1", "\"latency_ms\": -1"), Catch::Contains("found -1"));
    REQUIRE_THAT(row_problem("\"latency_ms\": 1", "\"latency_ms\": null"), Catch::Contains("a number"));
    REQUIRE_THAT(row_problem("\"latency_ms\": 1", "\"latency\": 1"), Catch::Contains("the key \"latency_ms\""));
    REQUIRE_THAT(row_problem("[1, 1]", "[1, 0]"), Catch::Contains("/rows/0/rounds_ms/1"));
    REQUIRE_THAT(row_problem("false", "\"no\""), Catch::Contains("true or false"));
    REQUIRE_THAT(row_problem("\"segment\": \"s\"", "\"segment\": \"\""), Catch::Contains("canonical text"));
    REQUIRE_THAT(problems_of(path, table_text(good_row + "," + good_row)),
                 Catch::Contains("/rows/1/segment") && Catch::Contains("each segment once"));
    REQUIRE_THAT(row_problem("\"runs\"", "\"energy_mj\": 0, \"runs\""), Catch::Contains("/rows/0/energy_mj"));
}
