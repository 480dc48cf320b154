#include "predictors/zero_cost_evaluator.h"

#include <optional>

#include "predictors/program_answer.h"

namespace hwnas {
namespace {

LineProcess::Options scoring_program(const ZeroCostEvaluator::Options& options) {
    auto program = computing_program(options.command, 1);
    program.most_memory = static_cast<std::size_t>(options.limit_mebibytes) << 20U;
    return program;
}

/// Why there are proxies that this network has no value for; empty where it has all.
std::string refusals(const Json& answer) {
    std::string reasons;
    const auto refused = answer.find("refused");
    if (refused == answer.end() || !refused->is_object()) return reasons;
    for (const auto& [name, reason] : refused->items())
        reasons += (reasons.empty() ? "" : "; ") + name + ": " + (reason.is_string() ? reason.get<std::string>() : "");
    return reasons;
}

}  // namespace

ZeroCostEvaluator::ZeroCostEvaluator(Options options)
    : options_(std::move(options)), programs_(scoring_program(options_)) {}

std::map<std::string, std::string> ZeroCostEvaluator::metrics() const {
    std::map<std::string, std::string> metrics;
    for (const auto& name : options_.proxies.proxies) metrics[name] = zero_cost_proxies().at(name);
    return metrics;
}

Evaluation ZeroCostEvaluator::evaluate(const EvaluationRequest& request, std::stop_token stop) {
    if (!request.graph) throw EvaluationError("there is no network behind these choices, so no proxy has a value");
    std::optional<std::chrono::duration<double>> limit;
    if (options_.limit_seconds > 0) limit = std::chrono::duration<double>(options_.limit_seconds);
    const Json question{{"task", "zero-cost"},
                        {"architecture", request.architecture},
                        {"graph", to_json(*request.graph)},
                        {"seed", seed_of(request)},
                        {"dataset", options_.dataset},
                        {"proxies", options_.proxies.proxies},
                        {"batch", options_.proxies.batch},
                        {"batches", options_.proxies.batches}};
    const auto program = programs_.lend();
    const auto reply = program->ask(question, limit, stop);
    if (reply.outcome == JsonProcess::Outcome::answer)
        if (const auto reasons = refusals(reply.answer); !reasons.empty()) throw EvaluationError(reasons);
    const std::string flaw = flaw_of(reply, metrics());
    if (!flaw.empty()) program->end();
    return evaluation_of(reply, flaw, options_.command.front());
}

}  // namespace hwnas
