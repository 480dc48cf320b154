#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "search/strategy.h"
#include "space/feasible_networks.h"

namespace hwnas::test {

inline SearchSpace space_from(const std::string& stages, const std::string& choices) {
    auto document =
        JsonDocument::parse(R"({"name": "made", "input": [1, 8, 8], "classes": 4,
        "stem": {"family": "conv", "filters": 4, "kernel": 3, "stride": 1, "activation": "relu"},
        "stage_defaults": {"family": "mnasnet", "activation": "relu", "choices": )" +
                                choices + R"(}, "stages": )" + stages +
                                R"(, "head": {"family": "classifier", "filters": 8, "activation": "relu"}})",
                            "made space");
    auto space = SearchSpace::read(JsonValue(document));
    document.throw_problems();
    return space;
}

inline const std::string three_stages = R"([{"name": "a", "filters": 4, "layers": 1, "stride": 1},
    {"name": "b", "filters": 8, "layers": 2, "stride": 2}, {"name": "c", "filters": 8, "layers": 2, "stride": 1}])";

/// 24^3 encodings, each of which is a network of its own.
inline SearchSpace small_space() {
    return space_from(three_stages, R"({"op": ["conv", "sepconv", "mbconv3", "mbconv6"], "kernel": [3, 5],
        "se_ratio": [0], "skip": ["none"], "filters": [0.75, 1.0, 1.25], "layers": [0]})");
}

inline SearchSpace single_space() {
    return space_from(three_stages, R"({"op": ["mbconv3"], "kernel": [3], "se_ratio": [0],
        "skip": ["identity"], "filters": [1.0], "layers": [0]})");
}

/// A search problem whose figures are sums of one made number for each chosen
/// value: `quality` and `latency@made` from 0 to 1, `latency` being known.
class MadeProblem {
public:
    explicit MadeProblem(SearchSpace space, std::uint64_t seed = 1) : space_(std::move(space)) {
        Rng rng(seed);
        for (const auto& choice : space_.space().choices()) {
            auto& qualities = quality_.emplace_back();
            auto& costs = cost_.emplace_back();
            for (std::size_t v = 0; v < choice.values.size(); ++v) {
                qualities.push_back(rng.uniform());
                costs.push_back(rng.uniform());
            }
        }
        parameters_ = std::make_unique<CompiledMetric>(parameter_metric(space_));
        limit_parameters(std::numeric_limits<double>::infinity());
        problem.space = &space_;
        problem.network = [this](const Encoding& encoding) { return space_.space().lower(encoding); };
        problem.objectives = {{"top1", "%", Direction::maximize, {}, false, {}},
                              {"latency@made", "ms", Direction::minimize, {}, false, {}}};
        problem.known["latency@made"] = [this](const Encoding& encoding) { return latency(encoding); };
        problem.known["parameters"] = [this](const Encoding& encoding) { return (*parameters_)(encoding); };
    }
    MadeProblem(const MadeProblem&) = delete;

    void limit_parameters(double most) {
        std::vector<Bound> bounds;
        if (std::isfinite(most)) bounds.push_back({"parameters", "parameters", {}, parameters_.get(), most});
        feasible_ = std::make_unique<FeasibleNetworks>(space_, bounds);
        problem.feasible = feasible_.get();
    }

    [[nodiscard]] const CompiledSpace& space() const { return space_; }
    [[nodiscard]] const CompiledMetric& parameters() const { return *parameters_; }
    [[nodiscard]] double quality(const Encoding& encoding) const { return normalised(quality_, encoding); }
    [[nodiscard]] double latency(const Encoding& encoding) const { return 1 + 3 * normalised(cost_, encoding); }

    SearchProblem problem;

private:
    /// Between the least (0) and the greatest sum (1).
    static double normalised(const std::vector<std::vector<double>>& table, const Encoding& encoding) {
        double sum = 0, least = 0, most = 0;
        for (std::size_t i = 0; i < table.size(); ++i) {
            sum += table[i][encoding[i]];
            least += *std::min_element(table[i].begin(), table[i].end());
            most += *std::max_element(table[i].begin(), table[i].end());
        }
        return most > least ? (sum - least) / (most - least) : 0;
    }

    CompiledSpace space_;
    std::vector<std::vector<double>> quality_;
    std::vector<std::vector<double>> cost_;
    std::unique_ptr<CompiledMetric> parameters_;
    std::unique_ptr<FeasibleSet> feasible_;
};

inline StrategyFactory strategy_from(const std::string& json) {
    auto document = JsonDocument::parse(json, "job.json");
    auto factory = read_strategy(JsonValue(document));
    document.throw_problems();
    return factory;
}

/// What a controller makes of a proposal before it is evaluated.
inline Trial trial_of(const CompiledSpace& space, std::int64_t number, const Proposal& proposal) {
    Trial trial;
    trial.number = number;
    trial.architecture.encoding = space.canonical(proposal.encoding);
    trial.notes = proposal.notes;
    trial.budget = proposal.budget;
    trial.parent = proposal.parent;
    return trial;
}

/// Fills in a trial's values, or its failure.
using Evaluate = std::function<void(Trial&)>;

/// Asks, evaluates and tells `count` times, or until there is nothing more to ask;
/// gives the trials.
inline std::vector<Trial> run(Strategy& strategy, const CompiledSpace& space, std::int64_t count,
                              const Evaluate& evaluate) {
    std::vector<Trial> trials;
    for (std::int64_t number = 0; number < count; ++number) {
        const auto proposal = strategy.ask(number, {});
        if (!proposal) break;
        trials.push_back(trial_of(space, number, *proposal));
        auto& trial = trials.back();
        trial.state = TrialState::complete;
        evaluate(trial);
        trial.told = number;
        strategy.tell(trial);
    }
    return trials;
}

}  // namespace hwnas::test
