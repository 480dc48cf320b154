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
                       .spread_percent = 3.25,
                       .round_gap_percent = 0.125,
                       .rounds = 5,
                       .runs = 70,
                       .noisy = true,
                       .energy_mj = 1.0 / 3.0};
    table.rows["a"] = {.latency_ms = 1e-4,
                       .latency_median_ms = 2e-4,
                       .spread_percent = 0,
                       .round_gap_percent = 0,
                       .rounds = 3,
                       .runs = 30,
                       .noisy = false,
                       .energy_mj = std::nullopt};
    return table;
}

std::string problems_of(const std::filesystem::path& path, const std::string& text) {
    write_file_durably(path, text);
    return input_error_of([&path] { static_cast<void>(CostTable::load(path)); });
}

std::string table_text(const std::string& rows) {
    return R"({"schema_version": 1, "device": "d", "batch": 1, "threads": 1, "data_type": "float32",
               "context": {}, "rows": [)" +
           rows + "]}";
}

const std::string good_row = R"({"segment": "s", "latency_ms": 1, "latency_median_ms": 1, "spread_percent": 1,
    "round_gap_percent": 1, "rounds": 3, "runs": 30, "noisy": false})";

std::string changed(std::string row, const std::string& what, const std::string& by) {
    return row.replace(row.find(what), what.size(), by);
}

}  // namespace

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
    REQUIRE(again.rows.size() == 2);
    for (const auto& [key, row] : table.rows) {
        const CostRow& other = again.rows.at(key);
        REQUIRE(other.latency_ms == row.latency_ms);
        REQUIRE(other.latency_median_ms == row.latency_median_ms);
        REQUIRE(other.spread_percent == row.spread_percent);
        REQUIRE(other.round_gap_percent == row.round_gap_percent);
        REQUIRE(other.rounds == row.rounds);
        REQUIRE(other.runs == row.runs);
        REQUIRE(other.noisy == row.noisy);
        REQUIRE(other.energy_mj == row.energy_mj);
    }
}

TEST_CASE("equal tables are equal files, with a row a line in the order of the keys") {
    const TemporaryFolder folder;
    example().save(folder.path() / "one.json");
    CostTable::load(folder.path() / "one.json").save(folder.path() / "two.json");
    const std::string text = read_file(folder.path() / "one.json");
    REQUIRE(text == read_file(folder.path() / "two.json"));
    REQUIRE(text.find("\"segment\":\"a\"") < text.find("\n        {\"energy_mj\":0.3333333333333333,"));
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
    const std::string text = problems_of(folder.path() / "t.json", R"({"schema_version": 2, "lines": []})");
    REQUIRE_THAT(text, Catch::Contains("t.json:1: /schema_version") && Catch::Contains("expected 1; found 2") &&
                           Catch::Contains("profile the device again"));
    REQUIRE_THAT(text, !Catch::Contains("lines"));
}

TEST_CASE("a table without a schema version is refused") {
    const TemporaryFolder folder;
    REQUIRE_THAT(problems_of(folder.path() / "t.json", "{}"), Catch::Contains("the key \"schema_version\""));
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
    REQUIRE_THAT(row_problem("\"rounds\": 3", "\"rounds\": 0"), Catch::Contains("/rows/0/rounds"));
    REQUIRE_THAT(row_problem("false", "\"no\""), Catch::Contains("true or false"));
    REQUIRE_THAT(row_problem("\"segment\": \"s\"", "\"segment\": \"\""), Catch::Contains("canonical text"));
    REQUIRE_THAT(problems_of(path, table_text(good_row + "," + good_row)),
                 Catch::Contains("/rows/1/segment") && Catch::Contains("each segment once"));
    REQUIRE_THAT(row_problem("\"runs\"", "\"energy_mj\": 0, \"runs\""), Catch::Contains("/rows/0/energy_mj"));
}
