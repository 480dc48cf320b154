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
