#include "predictors/train_evaluator.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "graph/inheritance.h"
#include "graph/weights.h"

namespace hwnas {
namespace {

// JSON numbers are doubles to many programs, which hold 53 bits.
constexpr std::uint64_t seed_bits = (1ULL << 53U) - 1;

bool is_finite_number(const Json& value) {
    return value.is_number() && std::isfinite(value.get<double>());
}

// What is wrong with a well-formed answer; empty where it keeps the protocol.
std::string flaw_of(const Json& answer, const std::map<std::string, std::string>& metrics) {
    const auto values = answer.find("values");
    if (values == answer.end() || !values->is_object()) return "without \"values\", an object";
    for (const auto& [name, value] : values->items())
        if (!is_finite_number(value))
            return "with " + value.dump() + " as the value of \"" + name +
                   "\", where a finite number belongs";
    for (const auto& [name, unit] : metrics)
        if (!values->contains(name)) return "without the value \"" + name + "\"";
    const auto weights = answer.find("weights");
    if (weights != answer.end() && !weights->is_string()) return "with \"weights\" that are no text";
    const auto seconds = answer.find("cpu_seconds");
    if (seconds != answer.end() && (!is_finite_number(*seconds) || seconds->get<double>() < 0))
        return "with " + seconds->dump() + " as \"cpu_seconds\"";
    return {};
}

}  // namespace

TrainEvaluator::TrainEvaluator(Options options) : options_(std::move(options)) {}

std::map<std::string, std::string> TrainEvaluator::metrics() const {
    return {{"top1", "%"}, {"loss", "nats"}};
}

std::string TrainEvaluator::initial_weights(const EvaluationRequest& request) const {
    if (!request.parent) return {};
    std::string hash = request.parent->weights;
    // The same network takes its parent's file as it is.
    if (canonical_text(request.parent->graph) != canonical_text(*request.graph)) {
        const auto parent_weights = load_weights(options_.artifacts, hash);
        hash = store_weights(options_.artifacts, inherit(request.parent->graph, parent_weights, *request.graph));
    }
    return (options_.artifacts / (hash + ".safetensors")).string();
}

Json TrainEvaluator::question(const EvaluationRequest& request) const {
    Json budget = options_.budget;
    budget.update(request.budget);
    return {{"task", "train"},
            {"architecture", request.architecture},
            {"graph", to_json(*request.graph)},
            {"seed", request.seed & seed_bits},
            {"budget", budget},
            {"dataset", options_.dataset},
            {"initial_weights", initial_weights(request)},
            {"artifacts", options_.artifacts.string()}};
}

Evaluation TrainEvaluator::evaluate(const EvaluationRequest& request, std::stop_token stop) {
    if (!request.graph) throw EvaluationError("there is no network behind these choices, so nothing can be trained");
    auto process = take();
    const double seconds_before = process->cpu_seconds();
    std::optional<std::chrono::duration<double>> limit;
    if (options_.limit_seconds > 0) limit = std::chrono::duration<double>(options_.limit_seconds);
    auto reply = process->ask(question(request), limit, stop);
    std::string flaw;
    if (reply.outcome == JsonProcess::Outcome::answer) flaw = flaw_of(reply.answer, metrics());
    if (!flaw.empty()) process->end();
    const double seconds_after = process->cpu_seconds();
    give_back(std::move(process));

    if (reply.outcome == JsonProcess::Outcome::stopped) throw EvaluationStopped(reply.reason);
    if (reply.outcome != JsonProcess::Outcome::answer) throw EvaluationError(reply.reason);
    if (!flaw.empty()) throw EvaluationError(options_.command.front() + " answered " + flaw);

    Evaluation evaluation;
    evaluation.values = reply.answer["values"].get<std::map<std::string, double>>();
    evaluation.weights = reply.answer.value("weights", "");
    evaluation.details = reply.answer.value("details", Json::object());
    evaluation.cpu_seconds = reply.answer.value("cpu_seconds", std::max(0.0, seconds_after - seconds_before));
    return evaluation;
}

std::unique_ptr<JsonProcess> TrainEvaluator::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto process = std::move(idle_.back());
            idle_.pop_back();
            return process;
        }
    }
    return std::make_unique<JsonProcess>(computing_program(options_.command, options_.threads));
}

void TrainEvaluator::give_back(std::unique_ptr<JsonProcess> process) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(process));
}

}  // namespace hwnas
