#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include "example_trial.h"
#include "study/study_file.h"

namespace hwnas {
namespace {

using namespace test;

std::vector<StudyRecord> example_studies() {
    auto odd = example_trial(1);
    constexpr char odd_text[] = "line 1\nline\0 2 \xff 'quoted' \"twice\" \xc3\xa9";
    odd.error = std::string(odd_text, sizeof odd_text - 1);  // with the zero inside
    odd.state = TrialState::failed;
    odd.parent.reset();
    odd.told.reset();
    odd.duplicate_of.reset();
    odd.host.clear();
    return {{example_info("first"), {example_trial(0), odd, example_trial(7)}}, {example_info("empty"), {}}};
}

void require_equal_studies(const std::vector<StudyRecord>& a, const std::vector<StudyRecord>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        REQUIRE(a[i].info.name == b[i].info.name);
        REQUIRE(a[i].info.job == b[i].info.job);
        REQUIRE(a[i].info.created == b[i].info.created);
        REQUIRE(a[i].info.version == b[i].info.version);
        REQUIRE(a[i].trials.size() == b[i].trials.size());
        for (std::size_t k = 0; k < a[i].trials.size(); ++k) require_equal(a[i].trials[k], b[i].trials[k]);
    }
}

std::string problems_of(const std::string& text) {
    return input_error_of([&] { (void)parse_study_file(text, "studies.json"); });
}

TEST_CASE("Exported studies read back as they were") {
    const auto studies = example_studies();
    const auto text = study_file_text(studies);
    require_equal_studies(parse_study_file(text, "studies.json"), studies);
    REQUIRE(study_file_text(parse_study_file(text, "studies.json")) == text);
    REQUIRE(parse_study_file(study_file_text({}), "none").empty());
}

TEST_CASE("An exported file is JSON with a line a trial") {
    const auto text = study_file_text(example_studies());
    const auto json = Json::parse(text);
    REQUIRE(json.at("studies").at(0).at("trials").at(2).at("number") == 7);
    REQUIRE(std::count(text.begin(), text.end(), '\n') == 1 + 2 + 3);
}

TEST_CASE("Exported numbers survive to the last bit") {
    auto trial = example_trial(0);
    trial.seed = std::numeric_limits<std::uint64_t>::max();
    trial.number = std::numeric_limits<std::int64_t>::max();
    trial.values = {{"zero", -0.0},
                    {"least", 5e-324},
                    {"most", 1.7976931348623157e308},
                    {"next", std::nextafter(1.0, 2.0)},
                    {"infinity", std::numeric_limits<double>::infinity()},
                    {"minus", -std::numeric_limits<double>::infinity()},
                    {"nan", std::numeric_limits<double>::quiet_NaN()}};
    trial.started = std::nextafter(1700000000.0, 1e10);
    trial.notes = Json{{"seed", std::numeric_limits<std::uint64_t>::max()}, {"x", std::nextafter(0.1, 1.0)}};
    const auto read =
        parse_study_file(study_file_text(std::vector<StudyRecord>{{example_info(), {trial}}}), "").at(0).trials.at(0);
    REQUIRE(read.seed == trial.seed);
    REQUIRE(read.number == trial.number);
    REQUIRE(read.started == trial.started);
    REQUIRE(read.notes == trial.notes);
    REQUIRE(read.values.size() == trial.values.size());
    for (const auto& [key, value] : trial.values) {
        INFO(key);
        if (std::isnan(value))
            REQUIRE(std::isnan(read.values.at(key)));
        else
            REQUIRE(std::memcmp(&value, &read.values.at(key), sizeof value) == 0);
    }
}

TEST_CASE("All that is wrong with an exported file is told at once, with its lines") {
    const auto text = study_file_text(example_studies());
    auto json = Json::parse(text);
    auto& trials = json["studies"][0]["trials"];
    trials[0]["sed"] = trials[0]["seed"];
    trials[0].erase("seed");
    trials[1]["state"] = "compleet";
    trials[1]["values"]["top1"] = "much";
    trials[2]["number"] = 0;
    json["studies"][1]["name"] = "first";
    const auto said = problems_of(json.dump(1));
    for (const auto* part : {"studies.json:", "the key \"seed\"", "did you mean \"seed\"", "did you mean \"complete\"",
                             "/studies/0/trials/1/values/top1", "0 stands twice", "\"first\" stands twice"})
        REQUIRE_THAT(said, Catch::Contains(part));
}

TEST_CASE("A file that was cut off, is of a newer version or of another kind is an input error") {
    const auto text = study_file_text(example_studies());
    REQUIRE_THAT(problems_of(text.substr(0, text.size() / 2)), Catch::Contains("studies.json"));
    auto json = Json::parse(text);
    json["version"] = 2;
    json["studies"][0]["surprise"] = true;
    REQUIRE_THAT(problems_of(json.dump()),
                 Catch::Contains("version 2") && Catch::Contains("newer hwnas") && !Catch::Contains("surprise"));
    REQUIRE_THAT(problems_of("{\"studies\": []}"), Catch::Contains("hwnas studies export"));
    REQUIRE_THAT(problems_of("[]"), Catch::Contains("hwnas studies export"));
}

TEST_CASE("Studies are read from a store and from a file alike") {
    const TemporaryFolder folder;
    const auto studies = example_studies();
    const auto store = (folder.path() / "study.db").string();
    const auto file = (folder.path() / "studies.json").string();
    open_store(store, Access::create)->apply({{}, studies, {}});
    std::ofstream(file) << study_file_text(studies);
    require_equal_studies(read_studies(store), studies);
    require_equal_studies(read_studies(file), studies);
}

TEST_CASE("What holds no studies is an input error that says what it is") {
    const TemporaryFolder folder;
    const auto said = [&](const std::string& name) {
        return input_error_of([&] { (void)read_studies((folder.path() / name).string()); });
    };
    std::ofstream(folder.path() / "notes.txt") << "what I did on the holidays";
    std::ofstream(folder.path() / "job.json") << "{\"name\": \"a job and no study\"}";
    std::ofstream(folder.path() / "empty").flush();
    REQUIRE_THAT(said("none.sqlite"), Catch::Contains("no such file"));
    REQUIRE_THAT(said("notes.txt"), Catch::Contains("notes.txt") && Catch::Contains("another kind"));
    REQUIRE_THAT(said("job.json"), Catch::Contains("job.json") && Catch::Contains("JSON of another kind"));
    REQUIRE_THAT(said("empty"), Catch::Contains("an empty one"));
    REQUIRE_THAT(said("."), Catch::Contains("a folder"));
}

TEST_CASE("One study of several is selected by its name, and an unknown one suggests the nearest") {
    const auto studies = example_studies();
    REQUIRE(selected(studies, "a.db", "").size() == 2);
    const auto one = selected(studies, "a.db", "empty");
    REQUIRE(one.size() == 1);
    REQUIRE(one[0].info.name == "empty");
    REQUIRE_THAT(
        input_error_of([&] { (void)selected(studies, "a.db", "frist"); }),
        Catch::Contains("a.db") && Catch::Contains("first, empty") && Catch::Contains("did you mean \"first\""));
}

}  // namespace
}  // namespace hwnas
