#include "report/study_list.h"

#include <catch2/catch.hpp>

#include "example_trials.h"
#include "report/trial_csv.h"
#include "core/csv.h"

namespace hwnas {
namespace {

using namespace test;

StudyInfo info(const std::string& name) {
    return {name, Json{{"name", "job"}, {"space", "space.json"}, {"strategy", {{"name", "random"}}}}, 1700000000,
            "0.1.0"};
}

std::vector<Trial> trials() {
    auto running = complete(3, "d", {});
    running.state = TrialState::running;
    return {complete(0, "a", 80, 1.5), complete(1, "b", 82.5, 1.0), failed(2, "out of memory, \"so\"\nsaid it"),
            running};
}

StudyLine line_of(const std::string& name) {
    return study_line(info(name), trials(), make_front(trials(), {top1(), latency()}, {}));
}

TEST_CASE("A study's line counts its trials by state and names the best") {
    const std::vector<StudyLine> lines{line_of("first"), study_line({"odd", Json("no job"), 0, ""}, {}, std::nullopt)};
    const auto text = study_table(lines);
    for (const auto* part : {"first", "2023-11-14 22:13", "82.5", "random", "space.json", "odd"})
        REQUIRE_THAT(text, Catch::Contains(part));

    const auto json = study_list_json(lines).at("studies");
    REQUIRE(json.at(0).at("trials") == Json{{"complete", 2}, {"failed", 1}, {"running", 1}, {"duplicate", 0}});
    REQUIRE(json.at(0).at("front") == 1);
    REQUIRE(json.at(0).at("best").at("value") == 82.5);
    REQUIRE(json.at(0).at("best").at("objective") == "top1");
    REQUIRE(json.at(0).at("best").at("trial") == 1);
    REQUIRE(json.at(0).at("job") == "job");
    REQUIRE(json.at(0).at("strategy") == "random");
    REQUIRE(json.at(0).at("evaluator").is_null());
    for (const auto* key : {"job", "strategy", "space", "front", "best"}) REQUIRE(json.at(1).at(key).is_null());
}

TEST_CASE("A store without studies is listed as such") {
    REQUIRE(study_table({}) == "no studies\n");
    REQUIRE(study_list_json({}) == Json{{"studies", Json::array()}});
}

TEST_CASE("The table of trials has a line a trial and a column for all that any has") {
    auto other = complete(0, "x", {{"params", 12}, {"top1", 1.0 / 3}});
    other.choices = Json{{"op", "conv, 3x3"}, {"width", 4}};
    other.seed = 18446744073709551615ULL;
    other.parent = 7;
    const std::vector<StudyTable> studies{{{info("first"), trials()}, {top1(), latency()}},
                                          {{info("second"), {other}}, {}}};
    const auto table = parse_csv(trials_csv(studies), "trials.csv");
    REQUIRE(table.rows.size() == 5);
    const auto cell = [&](std::size_t row, const std::string& column) {
        const auto found = std::find(table.header.begin(), table.header.end(), column);
        INFO(column);
        REQUIRE(found != table.header.end());
        return table.rows[row][static_cast<std::size_t>(found - table.header.begin())];
    };
    REQUIRE(std::vector<std::string>(table.header.begin(), table.header.begin() + 6) ==
            std::vector<std::string>{"study", "number", "state", "id", "top1 [%]", "latency@cpu [ms]"});
    REQUIRE(cell(1, "top1 [%]") == "82.5");
    REQUIRE(cell(1, "choices.stage1.op") == "mbconv3");
    REQUIRE(cell(2, "state") == "failed");
    REQUIRE(cell(2, "error") == "out of memory, \"so\"\nsaid it");
    REQUIRE(cell(2, "top1 [%]").empty());
    REQUIRE(cell(3, "state") == "running");
    REQUIRE(cell(4, "study") == "second");
    REQUIRE(std::stod(cell(4, "top1")) == 1.0 / 3);
    REQUIRE(cell(4, "choices.op") == "conv, 3x3");
    REQUIRE(cell(4, "choices.stage1.op").empty());
    REQUIRE(cell(4, "seed") == "18446744073709551615");
    REQUIRE(cell(4, "parent") == "7");
    REQUIRE(cell(0, "parent").empty());
}

}  // namespace
}  // namespace hwnas
