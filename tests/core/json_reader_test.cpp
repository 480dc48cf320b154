#include <catch2/catch.hpp>

#include "core/json_reader.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::input_error_of;

namespace {

/// Reads a small document with two known keys and gives the problems' text.
std::string problems_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return input_error_of([&] {
        auto document = JsonDocument::parse(text, "job.json");
        for (const auto& override_text : overrides) document.override_value(override_text);
        {
            JsonObject root{JsonValue(document)};
            (void)root.required("name").text();
            if (const auto budget = root.optional("budget")) {
                JsonObject object(*budget);
                (void)object.integer("trials", 1, {1, 1000});
                (void)object.number("hours", 1.0, {0, 24});
            }
        }
        document.throw_problems();
    });
}

}  // namespace

TEST_CASE("a right document has no problems") {
    CHECK(problems_of(R"({"name": "x", "budget": {"trials": 3}})").empty());
}

TEST_CASE("every problem is told at once, with file, line, path, expected and found") {
    const auto text = problems_of("{\n  \"name\": 7,\n  \"budget\": {\n    \"trials\": 0,\n    \"houers\": 2\n  }\n}");
    CHECK_THAT(text, Catch::Contains("job.json:2: /name: expected a string; found 7"));
    CHECK_THAT(text, Catch::Contains("job.json:4: /budget/trials: expected a whole number from 1 to 1000; found 0"));
    CHECK_THAT(text, Catch::Contains("job.json:5: /budget/houers: expected a known key"));
    CHECK_THAT(text, Catch::Contains("did you mean \"hours\"?"));
}

TEST_CASE("a missing key is told at the object that lacks it") {
    CHECK_THAT(problems_of("{}"), Catch::Contains("job.json:1: /: expected the key \"name\"; found none"));
}

TEST_CASE("an override is typed, and an unknown path is an error that names the option") {
    CHECK(problems_of(R"({"name": "x"})", {"budget.trials=5"}).empty());
    CHECK(problems_of(R"({"name": "x"})", {"name=plain words"}).empty());
    CHECK_THAT(problems_of(R"({"name": "x"})", {"budget.trails=5"}),
               Catch::Contains("--set budget.trails: /budget/trails") && Catch::Contains("\"trials\""));
    CHECK_THAT(problems_of(R"({"name": "x"})", {"budget"}), Catch::Contains("path=value"));
    CHECK_THAT(problems_of(R"({"name": "x"})", {"name.inner=1"}), Catch::Contains("an object or an array above"));
}

TEST_CASE("broken JSON names the line") {
    CHECK_THAT(problems_of("{\n \"name\": \"x\",\n oops\n}"), Catch::Contains("job.json:3: expected valid JSON"));
}

TEST_CASE("a whole number beyond the range of the type is a problem, not a wrap") {
    CHECK_THAT(problems_of(R"({"name": "x", "budget": {"trials": 1e30}})"), Catch::Contains("/budget/trials"));
    CHECK_THAT(problems_of(R"({"name": "x", "budget": {"trials": 2.5}})"), Catch::Contains("found 2.5"));
}

TEST_CASE("the nearest word is near or none") {
    CHECK(nearest_word("reinfroce", {"random", "reinforce"}) == "reinforce");
    CHECK_FALSE(nearest_word("xyz", {"random", "reinforce"}).has_value());
}
