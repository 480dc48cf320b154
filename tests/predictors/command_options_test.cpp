#include <catch2/catch.hpp>

#include "core/files.h"
#include "predictors/command_evaluator.h"
#include "support.h"

using namespace hwnas;

namespace {

CommandEvaluator::Options read(const std::string& text, const std::filesystem::path& folder = "/no/folder") {
    auto document = JsonDocument::parse(text, "job.json");
    CommandEvaluator::Options options;
    {
        JsonObject object{JsonValue(document)};
        static_cast<void>(object.required("name"));
        options = CommandEvaluator::Options::read(object, folder);
    }
    document.throw_problems();
    return options;
}

}  // namespace

TEST_CASE("a job's command evaluator is read with every key") {
    const auto options = read(R"({"name": "command", "command": ["python3", "trainer.py", "--flag"],
        "metrics": {"top1": "%", "loss": "nats"}, "time_limit_s": 600, "memory_limit_mib": 4000,
        "budget": {"epochs": 2}, "batch": 4})");
    REQUIRE(options.command == std::vector<std::string>{"python3", "trainer.py", "--flag"});
    REQUIRE(options.metrics == std::map<std::string, std::string>{{"top1", "%"}, {"loss", "nats"}});
    REQUIRE(options.limit_seconds == 600);
    REQUIRE(options.limit_mebibytes == 4000);
    REQUIRE(options.budget == Json({{"epochs", 2}}));
    REQUIRE(options.batch == 4);
}

TEST_CASE("only command and metrics are needed") {
    const auto options = read(R"({"name": "command", "command": ["x"], "metrics": {"top1": "%"}})");
    REQUIRE(options.limit_seconds == 0);
    REQUIRE(options.limit_mebibytes == 0);
    REQUIRE(options.budget == Json::object());
    REQUIRE(options.batch == 1);
}

TEST_CASE("an argument with a slash that exists beside the job becomes absolute, and no other") {
    const test::TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "code");
    write_file_durably(folder.path() / "code/trainer.py", "");
    write_file_durably(folder.path() / "trainer.py", "");
    const auto options = read(R"({"name": "command", "metrics": {"top1": "%"},
        "command": ["./code/trainer.py", "code/../trainer.py", "trainer.py", "no/such", "/bin/sh",
                    "--a=code/trainer.py"]})",
                              folder.path());
    const std::string path = folder.path().string();
    REQUIRE(options.command == std::vector<std::string>{path + "/code/trainer.py", path + "/trainer.py", "trainer.py",
                                                        "no/such", "/bin/sh", "--a=code/trainer.py"});
}

TEST_CASE("every problem of a command evaluator is told at once") {
    const std::string error = test::input_error_of([] {
        static_cast<void>(read(R"({"name": "command", "command": ["", 3], "metrics": {"top1": ""}, "budget": 4,
            "time_limit_s": -1, "memory_limit_mib": 0.5, "batch": 0, "bach": 2})"));
    });
    for (const char* part : {"/command/0: expected the name of a program", "/command/1: expected a string",
                             "/metrics/top1: expected a unit", "/budget: expected an object", "/time_limit_s",
                             "/memory_limit_mib", "/batch", "bach"})
        REQUIRE_THAT(error, Catch::Contains(part));
    REQUIRE_THAT(
        test::input_error_of([] { static_cast<void>(read(R"({"name": "command", "command": [], "metrics": {}})")); }),
        Catch::Contains("at least 1") && Catch::Contains("at least one metric"));
    REQUIRE_THAT(test::input_error_of([] { static_cast<void>(read(R"({"name": "command"})")); }),
                 Catch::Contains("command") && Catch::Contains("metrics"));
}
