#include "predictors/command_evaluator.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "predictors/program_answer.h"

namespace hwnas {
namespace {

constexpr std::size_t longest_answer = 8U << 20U;  // bytes, to one request
constexpr std::size_t longest_line = 64U << 20U;   // bytes, to a batch

std::optional<std::chrono::duration<double>> time_limit(const CommandEvaluator::Options& options) {
    if (options.limit_seconds <= 0) return std::nullopt;
    return std::chrono::duration<double>(options.limit_seconds);
}

LineProcess::Options program(const CommandEvaluator::Options& options) {
    return {.arguments = options.command,
            .environment = {},
            .longest_line = std::min(longest_line, longest_answer * static_cast<std::size_t>(options.batch)),
            .most_memory = static_cast<std::size_t>(options.limit_mebibytes) << 20U};
}

}  // namespace

CommandEvaluator::CommandEvaluator(Options options) : options_(std::move(options)), programs_(program(options_)) {
    if (options_.batch > 1)
        batch_ = std::make_unique<BatchProcess>(
            BatchProcess::Options{program(options_), static_cast<std::size_t>(options_.batch), time_limit(options_)});
}

Json CommandEvaluator::question(const EvaluationRequest& request) const {
    Json question{{"architecture", request.architecture},
                  {"budget", merged(options_.budget, request.budget)},
                  {"seed", seed_of(request)}};
    if (request.graph) question["graph"] = to_json(*request.graph);
    if (request.parent) question["parent"] = {{"weights", request.parent->weights}};
    return question;
}

Evaluation CommandEvaluator::evaluate(const EvaluationRequest& request, std::stop_token stop) {
    const std::string& name = options_.command.front();
    if (batch_) {
        const auto reply = batch_->ask(question(request), stop);
        const std::string flaw = flaw_of(reply, options_.metrics);
        if (!flaw.empty()) batch_->renew();
        return evaluation_of(reply, flaw, name);
    }
    const auto process = programs_.lend();
    const auto reply = process->ask(question(request), time_limit(options_), stop);
    const std::string flaw = flaw_of(reply, options_.metrics);
    if (!flaw.empty()) process->end();
    return evaluation_of(reply, flaw, name);
}

}  // namespace hwnas
