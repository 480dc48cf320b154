#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/rng.h"
#include "report/front.h"

namespace hwnas::test {

inline Objective top1() { return {"top1", "%", Direction::maximize, std::nullopt}; }
inline Objective latency(std::optional<double> target = std::nullopt) {
    return {"latency@cpu", "ms", Direction::minimize, target};
}
inline Objective parameters() { return {"parameters", "parameters", Direction::minimize, std::nullopt}; }

inline Trial complete(std::int64_t number, const std::string& id, std::map<std::string, double> values) {
    Trial trial;
    trial.number = number;
    trial.told = number;
    trial.architecture = {{static_cast<std::uint8_t>(number % 256)}, id};
    trial.choices = Json{{"stage1", {{"kernel", 3}, {"op", "mbconv3"}}}};
    trial.state = TrialState::complete;
    trial.values = std::move(values);
    trial.started = 1000.0 + static_cast<double>(number);
    trial.finished = trial.started + 30;
    trial.cpu_seconds = 36;
    return trial;
}

inline Trial complete(std::int64_t number, const std::string& id, double accuracy, double milliseconds) {
    return complete(number, id, {{"top1", accuracy}, {"latency@cpu", milliseconds}});
}

inline Trial failed(std::int64_t number, const std::string& error) {
    auto trial = complete(number, "failed" + std::to_string(number), {});
    trial.state = TrialState::failed;
    trial.error = error;
    return trial;
}

inline Trial as_reference(Trial trial) {
    trial.notes["origin"] = "reference";
    return trial;
}

/// A search as it looks: slow networks are better, later ones too, with noise.
inline std::vector<Trial> example_search(std::int64_t count, std::uint64_t seed) {
    Rng rng(seed);
    std::vector<Trial> trials;
    for (std::int64_t number = 0; number < count; ++number) {
        const double later = static_cast<double>(number) / static_cast<double>(count);
        const double milliseconds = 0.35 + 2.4 * rng.uniform() * (1 - 0.5 * later);
        const double accuracy = 92 - 3.5 / (milliseconds + 0.15) - (1.6 - later) * std::abs(rng.normal());
        const double size = std::round(4e4 + 2.5e5 * milliseconds * (0.6 + 0.8 * rng.uniform()));
        trials.push_back(
            complete(number, "net" + std::to_string(number),
                     {{"top1", accuracy}, {"latency@cpu", milliseconds}, {"parameters", size}, {"macs", size * 24}}));
    }
    if (count > 0) trials.front() = as_reference(trials.front());
    return trials;
}

/// The definition, pair by pair: what the front must be, as ids in the order of trials.
inline std::vector<std::string> non_dominated(const std::vector<Trial>& trials,
                                              const std::vector<Objective>& objectives) {
    const auto worth = [&](const Trial& trial, const Objective& objective) {
        const double value = trial.values.at(objective.key);
        return objective.direction == Direction::minimize ? -value : value;
    };
    std::vector<std::string> ids;
    for (const auto& trial : trials) {
        bool dominated = false;
        for (const auto& other : trials) {
            bool no_worse = true;
            bool better = false;
            for (const auto& objective : objectives) {
                no_worse = no_worse && worth(other, objective) >= worth(trial, objective);
                better = better || worth(other, objective) > worth(trial, objective);
            }
            dominated = dominated || (no_worse && better);
        }
        if (!dominated) ids.push_back(trial.architecture.id);
    }
    return ids;
}

inline std::vector<std::string> ids_of(const Front& front, const std::vector<std::size_t>& indices) {
    std::vector<std::string> ids;
    for (const auto index : indices) ids.push_back(front.networks[index].id);
    return ids;
}

}  // namespace hwnas::test
