#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "core/json_reader.h"
#include "graph/graph.h"
#include "predictors/early_stop.h"
#include "space/choice_space.h"

namespace hwnas {

struct EvaluationRequest {
    std::int64_t id = 0;  ///< the trial's number
    Json architecture;    ///< the chosen values by name
    /// The same as a canonical encoding, for who knows the space; none where they came as text.
    struct Choices {
        const ChoiceSpace* space = nullptr;
        Encoding encoding;
    };
    std::optional<Choices> choices;
    std::optional<Graph> graph;  ///< none where no network is behind the choices
    std::uint64_t seed = 0;
    Json budget = Json::object();  ///< what of the evaluator's own budget is otherwise this time
    /// Another network whose weights are the start.
    struct Parent {
        std::optional<Graph> graph;  ///< none where no network is behind the choices
        std::string weights;         ///< content hash
    };
    std::optional<Parent> parent;
    std::optional<EarlyStop> early_stop;  ///< when a training may be given up; none: never
};

struct Evaluation {
    std::map<std::string, double> values;  ///< at least the evaluator's metrics: `top1` in percent
    std::string weights;                   ///< content hash, empty without
    Json details = Json::object();
    double cpu_seconds = 0;
    /// Of its budget, what a training that was given up early had; its `top1` is what was to be expected of the rest.
    std::optional<double> share;
};

/// The evaluation failed; the search goes on. The message is kept with the trial.
class EvaluationError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};
/// The evaluation was stopped on request; its trial counts as not yet run.
class EvaluationStopped : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Says how good a network is. Called from several threads at once.
class Evaluator {
public:
    virtual ~Evaluator() = default;
    /// Keys and units of the values that it gives.
    [[nodiscard]] virtual std::map<std::string, std::string> metrics() const = 0;
    /// Blocks. Throws EvaluationError or EvaluationStopped.
    [[nodiscard]] virtual Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) = 0;
    /// Whether an answer takes microseconds, so that handing it to another thread would cost more than it.
    [[nodiscard]] virtual bool answers_at_once() const { return false; }
};

}  // namespace hwnas
