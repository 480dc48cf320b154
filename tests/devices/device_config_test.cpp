#include "devices/device_config.h"

#include <catch2/catch.hpp>

#include "support.h"

using namespace hwnas;

namespace {

DeviceConfig parse(const std::string& text) {
    auto document = JsonDocument::parse(text, "device.json");
    const auto config = DeviceConfig::read(JsonValue(document));
    document.throw_problems();
    return config;
}

}  // namespace

TEST_CASE("the shipped CPU device reads well") {
    const auto config = DeviceConfig::load(test::source("configs/devices/libtorch-cpu.json"));
    REQUIRE(config.name == "libtorch-cpu");
    REQUIRE(config.runner == "libtorch");
    REQUIRE(config.powercap_root == "/sys/class/powercap");
}

TEST_CASE("a device needs a name only") {
    const auto config = parse(R"({"name": "laptop"})");
    REQUIRE(config.run.batch == 1);
    REQUIRE(config.run.threads == 1);
    REQUIRE(config.rounds.least == 3);
    REQUIRE(config.rounds.most == 8);
    REQUIRE(config.rounds.agree_percent == 2);
    REQUIRE(config.run.least_runs == 10);
}

TEST_CASE("every key of a device is heard") {
    const auto config = parse(R"({"name": "server", "runner": "libtorch", "batch": 16, "threads": 4,
        "data_type": "float32", "rounds": {"least": 4, "most": 20, "agree_percent": 0.5},
        "burst": {"warmup_runs": 7, "least_runs": 30, "least_milliseconds": 12.5}, "powercap_root": "/tmp/cap"})");
    REQUIRE(config.run.batch == 16);
    REQUIRE(config.run.threads == 4);
    REQUIRE(config.rounds.least == 4);
    REQUIRE(config.rounds.most == 20);
    REQUIRE(config.rounds.agree_percent == 0.5);
    REQUIRE(config.run.warmup_runs == 7);
    REQUIRE(config.run.least_runs == 30);
    REQUIRE(config.run.least_milliseconds == 12.5);
    REQUIRE(config.powercap_root == "/tmp/cap");
}

TEST_CASE("all problems of a device are told at once") {
    const std::string text = test::input_error_of([] {
        parse(R"({"runner": "libtorhc", "batch": 0, "rounds": {"least": 5, "most": 4}, "thread": 2,
                 "burst": {"warmup_run": 1}})");
    });
    for (const char* part : {"the key \"name\"", "did you mean \"libtorch\"", "/batch", "/rounds",
                             "at least \"least\" (5)", "did you mean \"threads\"", "did you mean \"warmup_runs\""})
        REQUIRE_THAT(text, Catch::Contains(part));
}

TEST_CASE("every shipped device reads well, and says what its runner is asked for") {
    for (const auto& entry : std::filesystem::directory_iterator(test::source("configs/devices"))) {
        if (entry.path().filename().string().starts_with(".")) continue;  // another test\'s, for a moment
        INFO(entry.path());
        const auto config = DeviceConfig::load(entry.path());
        REQUIRE(config.name == entry.path().stem());
        REQUIRE(config.accelerator.has_value() == (config.runner == "model"));
    }
}

TEST_CASE("a device's engine and command are checked by its runner") {
    const auto problems = [](const std::string& rest) {
        return test::input_error_of([&] { parse("{\"name\": \"d\", " + rest + "}"); });
    };
    REQUIRE_THAT(problems(R"("runner": "onnxruntime", "engine": {"optimization": "all"})"),
                 Catch::Contains("/engine") && Catch::Contains("did you mean \"optimisation\""));
    REQUIRE_THAT(problems(R"("runner": "onnxruntime", "engine": {"optimisation": "full"})"),
                 Catch::Contains("/engine/optimisation"));
    REQUIRE_THAT(problems(R"("runner": "wasm", "engine": {"host": "firefox"})"), Catch::Contains("/engine/host"));
    REQUIRE_THAT(problems(R"("runner": "command")"), Catch::Contains("the key \"command\""));
    REQUIRE_THAT(problems(R"("runner": "libtorch", "command": ["x"])"),
                 Catch::Contains("no command, since the runner is libtorch"));
    REQUIRE_THAT(problems(R"("runner": "libtorch", "streams": 2)"), Catch::Contains("one network at a time"));
    REQUIRE_THAT(problems(R"("runner": "libtorch", "data_type": "int8")"), Catch::Contains("/data_type"));
    REQUIRE_THAT(problems(R"("runner": "model")"), Catch::Contains("the key \"accelerator\""));
    const auto board = parse(R"({"name": "board", "runner": "command", "command": ["ssh", "board", "bench"],
                                 "engine": {"anything": [1]}, "cpus": [0, 2], "streams": 4, "limit_s": 10})");
    REQUIRE(board.command == std::vector<std::string>{"ssh", "board", "bench"});
    REQUIRE(board.run.engine == Json{{"anything", {1}}});
    REQUIRE(board.cpus == std::vector<std::int64_t>{0, 2});
    REQUIRE(board.run.streams == 4);
    REQUIRE(board.limit_seconds == 10);
}
