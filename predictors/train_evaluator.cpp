#include "predictors/train_evaluator.h"

#include <optional>

#include "graph/inheritance.h"
#include "graph/weights.h"
#include "predictors/program_answer.h"
#include "predictors/recipe.h"

namespace hwnas {

namespace {

LineProcess::Options program(const TrainEvaluator::Options& options) {
    auto program = computing_program(options.command, options.threads);
    program.most_memory = static_cast<std::size_t>(options.limit_mebibytes) << 20U;
    return program;
}

}  // namespace

TrainEvaluator::TrainEvaluator(Options options) : options_(std::move(options)), programs_(program(options_)) {}

std::map<std::string, std::string> TrainEvaluator::metrics() const { return {{"top1", "%"}, {"loss", "nats"}}; }

std::string TrainEvaluator::initial_weights(const EvaluationRequest& request) const {
    if (!request.parent) {
        if (!options_.start) return {};
        const auto taken_over = inherit(options_.start->graph, options_.start->weights, *request.graph);
        return (options_.artifacts / (store_weights(options_.artifacts, taken_over) + ".safetensors")).string();
    }
    std::string hash = request.parent->weights;
    // The same network takes its parent's file as it is.
    if (canonical_text(request.parent->graph) != canonical_text(*request.graph)) {
        const auto parent_weights = load_weights(options_.artifacts, hash);
        hash = store_weights(options_.artifacts, inherit(request.parent->graph, parent_weights, *request.graph));
    }
    return (options_.artifacts / (hash + ".safetensors")).string();
}

Json TrainEvaluator::question(const EvaluationRequest& request) const {
    return {{"task", "train"},
            {"architecture", request.architecture},
            {"graph", to_json(*request.graph)},
            {"seed", seed_of(request)},
            {"budget", changed_recipe(options_.budget, request.budget)},
            {"dataset", options_.dataset},
            {"initial_weights", initial_weights(request)},
            {"artifacts", options_.artifacts.string()}};
}

Evaluation TrainEvaluator::evaluate(const EvaluationRequest& request, std::stop_token stop) {
    if (!request.graph) throw EvaluationError("there is no network behind these choices, so nothing can be trained");
    std::optional<std::chrono::duration<double>> limit;
    if (options_.limit_seconds > 0) limit = std::chrono::duration<double>(options_.limit_seconds);
    const Json asked = question(request);
    const auto program = programs_.lend();
    const auto reply = program->ask(asked, limit, stop);
    const std::string flaw = flaw_of(reply, metrics());
    if (!flaw.empty()) program->end();
    return evaluation_of(reply, flaw, options_.command.front());
}

}  // namespace hwnas
