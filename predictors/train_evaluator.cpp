#include "predictors/train_evaluator.h"

#include <algorithm>
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

/// Of a training that was given up, puts what its end was to be expected to be in the place of what it had.
void foretell(const EarlyStop& rule, Evaluation& evaluation) {
    const auto given_up = evaluation.details.find("given_up_after");
    const auto epochs = evaluation.details.find("epochs");
    if (given_up == evaluation.details.end() || epochs == evaluation.details.end()) return;
    const auto after = std::find_if(rule.after.begin(), rule.after.end(),
                                    [&](const EarlyStop::After& line) { return *given_up == line.epoch; });
    if (after == rule.after.end() || epochs->empty()) return;
    auto& top1 = evaluation.values["top1"];
    evaluation.details["measured_top1"] = top1;
    evaluation.details["deviation_of_top1"] = after->deviation;
    top1 = after->top1_at(epochs->back().at("train_loss").get<double>());
    evaluation.share = static_cast<double>(after->epoch) / static_cast<double>(rule.epochs);
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
    const Graph& parent = request.parent->graph.value();
    if (canonical_text(parent) != canonical_text(*request.graph)) {
        const auto parent_weights = load_weights(options_.artifacts, hash);
        hash = store_weights(options_.artifacts, inherit(parent, parent_weights, *request.graph));
    }
    return (options_.artifacts / (hash + ".safetensors")).string();
}

Json TrainEvaluator::question(const EvaluationRequest& request) const {
    Json give_up = Json::array();
    if (request.early_stop)
        for (const auto& after : request.early_stop->after)
            give_up.push_back({{"epoch", after.epoch}, {"train_loss", after.most_train_loss}});
    return {{"task", "train"},
            {"architecture", request.architecture},
            {"graph", to_json(*request.graph)},
            {"seed", seed_of(request)},
            {"budget", changed_recipe(options_.budget, request.budget)},
            {"dataset", options_.dataset},
            {"give_up", std::move(give_up)},
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
    auto evaluation = evaluation_of(reply, flaw, options_.command.front());
    if (request.early_stop) foretell(*request.early_stop, evaluation);
    return evaluation;
}

}  // namespace hwnas
