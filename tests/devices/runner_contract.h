#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.h"
#include "devices/runner.h"

/// What every runner has to keep, whatever it runs on.
namespace hwnas::test {

/// A small convolutional network of `channels`, which sets how much arithmetic it is.
inline Graph contract_network(std::int64_t channels, std::int64_t extent = 16) {
    Graph graph({3, extent, extent});
    graph.begin_segment("only");
    graph.add("conv", op::Conv{.filters = channels, .kernel = {3, 3}, .pads = {1, 1, 1, 1}}, {graph.output()});
    graph.add("norm", op::BatchNormalization{}, {graph.output()});
    graph.add("relu", op::Activation{op::Activation::Kind::relu6}, {graph.output()});
    graph.add("pointwise", op::Conv{.filters = channels, .bias = true}, {graph.output()});
    graph.add("pool", op::GlobalAveragePool{}, {graph.output()});
    graph.add("flatten", op::Flatten{}, {graph.output()});
    graph.add("classes", op::Gemm{.features = 10}, {graph.output()});
    return graph;
}

inline double least(const Burst& burst) {
    double least = std::numeric_limits<double>::infinity();
    for (const double time : burst.milliseconds) least = std::min(least, time);
    return least;
}

/// Whether one network takes longer than the other. A disturbance of the machine may slow the shorter one for a
/// while, so its least run of several bursts counts.
inline bool takes_longer(Runner& runner, const Graph& longer, const RunSettings& longer_settings, const Graph& shorter,
                         const RunSettings& shorter_settings) {
    constexpr int attempts = 20;
    double least_of_shorter = std::numeric_limits<double>::infinity();
    double least_of_longer = std::numeric_limits<double>::infinity();
    for (int attempt = 0; attempt < attempts; ++attempt) {
        least_of_shorter = std::min(least_of_shorter, least(runner.measure(shorter, shorter_settings)));
        least_of_longer = std::min(least_of_longer, least(runner.measure(longer, longer_settings)));
        if (least_of_longer > least_of_shorter) return true;
    }
    return false;
}

struct RunnerContract {
    std::vector<std::string> data_types;  ///< that the runner's kind lists; each runs or says why not
    bool modelled = false;                ///< one run, always the same
};

/// `settings`: the device's, its engine's among them.
inline void check_runner_contract(Runner& runner, RunSettings settings, const RunnerContract& contract) {
    settings.data_type = contract.data_types.front();
    settings.warmup_runs = 1;
    settings.least_runs = 7;
    settings.least_milliseconds = 0;

    // It says what it is.
    const Json context = runner.context();
    REQUIRE(context.at("engine").is_string());
    REQUIRE(!context.at("version").get<std::string>().empty());

    // As many runs as asked for, each a time.
    const Burst small = runner.measure(contract_network(8), settings);
    REQUIRE(small.milliseconds.size() >= (contract.modelled ? 1U : 7U));
    for (const double time : small.milliseconds) REQUIRE((std::isfinite(time) && time > 0));
    if (small.throughput) REQUIRE(*small.throughput > 0);
    if (small.millijoules) REQUIRE(*small.millijoules > 0);

    // Two hundred times the arithmetic takes longer, eight images longer than one.
    REQUIRE(takes_longer(runner, contract_network(256, 32), settings, contract_network(8), settings));
    RunSettings eight = settings;
    eight.batch = 8;
    const Graph medium = contract_network(64);
    REQUIRE(takes_longer(runner, medium, eight, medium, settings));
    if (contract.modelled)
        REQUIRE(runner.measure(medium, settings).milliseconds == runner.measure(medium, settings).milliseconds);

    // At least so many milliseconds, where that is more than so many runs.
    if (!contract.modelled) {
        RunSettings longer = settings;
        longer.least_runs = 1;
        longer.least_milliseconds = 20;
        double total = 0;
        for (const double time : runner.measure(contract_network(8), longer).milliseconds) total += time;
        REQUIRE(total > 0);
        REQUIRE(runner.measure(contract_network(8), longer).milliseconds.size() > 1);
    }

    // Each data type runs, or is refused with a reason, and what comes after still runs.
    for (const auto& type : contract.data_types) {
        RunSettings typed = settings;
        typed.data_type = type;
        INFO(type);
        std::string refusal;
        double time = 0;
        try {
            time = least(runner.measure(medium, typed));
        } catch (const UnsupportedError& error) {
            refusal = error.what();
        }
        REQUIRE((time > 0 || refusal.size() > 5));
        REQUIRE(least(runner.measure(medium, settings)) > 0);
    }

    // A new process of the engine measures as well.
    runner.restart();
    REQUIRE(least(runner.measure(medium, settings)) > 0);
    REQUIRE(runner.context().at("engine") == context.at("engine"));
}

}  // namespace hwnas::test
