#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "study/store.h"
#include "support.h"

namespace hwnas::test {

inline StudyInfo example_info(const std::string& name = "first") {
    return {name, Json::parse(R"({"seed": 18446744073709551615, "rate": 0.1})"), 1700000000.25, "0.1.0"};
}

/// A trial in which every field differs from its default and depends on `number`.
inline Trial example_trial(std::int64_t number) {
    Trial trial;
    trial.number = number;
    trial.architecture = {{0, 255, static_cast<std::uint8_t>(number), 0}, "00ff" + std::to_string(number)};
    trial.choices = Json{{"stage1", {{"op", "mbconv3"}, {"kernel", 5}, {"ratio", 0.25}}}};
    trial.repeat = number % 3;
    trial.seed = 0xfedcba9876543210ULL + static_cast<std::uint64_t>(number);
    trial.budget = Json{{"epochs", 0.1}};
    trial.parent = number + 7;
    trial.state = TrialState::complete;
    trial.values = {{"top1", 88.1 + static_cast<double>(number) / 3}, {"latency@cpu", 0.1}};
    trial.duplicate_of = number + 1;
    trial.told = number + 2;
    trial.weights = std::string(64, 'a');
    trial.notes = Json{{"parent", number}, {"log_probability", -0.30000000000000004}};
    trial.details = Json{{"epochs", {{{"train_loss", 1.0 / 3}}}}};
    trial.host = "node-1";
    trial.started = 1700000000.123456;
    trial.finished = 1700000001.654321;
    trial.cpu_seconds = 1.0 / 7;
    return trial;
}

/// Every field; values to the last bit.
inline void require_equal(const Trial& a, const Trial& b) {
    REQUIRE(a.number == b.number);
    REQUIRE(a.architecture == b.architecture);
    REQUIRE(a.choices == b.choices);
    REQUIRE(a.repeat == b.repeat);
    REQUIRE(a.seed == b.seed);
    REQUIRE(a.budget == b.budget);
    REQUIRE(a.parent == b.parent);
    REQUIRE(a.state == b.state);
    REQUIRE(a.values == b.values);
    REQUIRE(a.error == b.error);
    REQUIRE(a.duplicate_of == b.duplicate_of);
    REQUIRE(a.told == b.told);
    REQUIRE(a.weights == b.weights);
    REQUIRE(a.notes == b.notes);
    REQUIRE(a.details == b.details);
    REQUIRE(a.host == b.host);
    REQUIRE(a.started == b.started);
    REQUIRE(a.finished == b.finished);
    REQUIRE(a.cpu_seconds == b.cpu_seconds);
}

}  // namespace hwnas::test
