#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/json_reader.h"
#include "space/search_space.h"

namespace hwnas {

enum class TrialState { running, complete, failed, duplicate };
[[nodiscard]] std::string to_string(TrialState state);
[[nodiscard]] TrialState trial_state_from(const std::string& text);

/// One question to an evaluator and its answer.
struct Trial {
    std::int64_t number = 0;  ///< from 0, in the order of asking
    Architecture architecture;
    Json choices;  ///< the architecture as JSON (`SearchSpace::to_json`)
    std::int64_t repeat = 0;
    /// A function of (study seed, architecture, repeat); of a trial that goes on with its parent's network, of
    /// the parent's seed in the place of the study's.
    std::uint64_t seed = 0;
    /// What of the evaluator's budget this trial has otherwise: `{"epochs": 0.25}`.
    Json budget = Json::object();
    std::optional<std::int64_t> parent;  ///< number of the trial whose weights it starts from
    TrialState state = TrialState::running;
    /// Figures by metric key (`top1`, `latency@cpu`, `parameters`), known ones too.
    std::map<std::string, double> values;
    std::string error;                         ///< why it failed
    std::optional<std::int64_t> duplicate_of;  ///< number of the trial that answered it
    std::optional<std::int64_t> told;          ///< position in the order in which the strategy heard of ends
    std::string weights;                       ///< content hash, empty without
    Json notes = Json::object();               ///< the strategy's own: parent, log-probability ...
    Json details = Json::object();             ///< the evaluator's own: curves, images seen ...
    std::string host;
    double started = 0;  ///< seconds since 1970, UTC
    double finished = 0;
    double cpu_seconds = 0;  ///< spent by the evaluation
};

/// Whether two trials of a network were to be evaluated in the same way: with the same
/// budget, from the same parent.
[[nodiscard]] inline bool asked_alike(const Trial& a, const Trial& b) {
    return a.budget == b.budget && a.parent == b.parent;
}

}  // namespace hwnas
