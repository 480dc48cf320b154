#include "predictors/program_answer.h"

#include <cmath>

#include "core/text.h"

namespace hwnas {
namespace {

constexpr std::size_t longest_quoted_value = 100;

bool is_finite_number(const Json& value) { return value.is_number() && std::isfinite(value.get<double>()); }

std::string quoted(const Json& value) { return valid_utf8(shortened(value.dump(), longest_quoted_value)); }

}  // namespace

std::uint64_t seed_of(const EvaluationRequest& request) {
    constexpr std::uint64_t bits = (1ULL << 53U) - 1;
    return request.seed & bits;
}

Json merged(Json budget, const Json& changes) {
    budget.update(changes);
    return budget;
}

std::string flaw_of(const JsonProcess::Reply& reply, const std::map<std::string, std::string>& metrics) {
    if (reply.outcome != JsonProcess::Outcome::answer) return {};
    const Json& answer = reply.answer;
    const auto values = answer.find("values");
    if (values == answer.end() || !values->is_object()) return "without \"values\", an object";
    for (const auto& [name, value] : values->items())
        if (!is_finite_number(value))
            return "with " + quoted(value) + " as the value of \"" + name + "\", where a finite number belongs";
    for (const auto& [name, unit] : metrics)
        if (!values->contains(name)) return "without the value \"" + name + "\"";
    const auto weights = answer.find("weights");
    if (weights != answer.end() && !weights->is_string()) return "with \"weights\" that are no text";
    const auto details = answer.find("details");
    if (details != answer.end() && !details->is_object()) return "with \"details\" that are no object";
    const auto seconds = answer.find("cpu_seconds");
    if (seconds != answer.end() && (!is_finite_number(*seconds) || seconds->get<double>() < 0))
        return "with " + quoted(*seconds) + " as \"cpu_seconds\"";
    return {};
}

Evaluation evaluation_of(const JsonProcess::Reply& reply, const std::string& flaw, const std::string& program) {
    if (reply.outcome == JsonProcess::Outcome::stopped) throw EvaluationStopped(reply.reason);
    if (reply.outcome != JsonProcess::Outcome::answer) throw EvaluationError(reply.reason);
    if (!flaw.empty()) throw EvaluationError(program + " answered " + flaw);
    Evaluation evaluation;
    evaluation.values = reply.answer["values"].get<std::map<std::string, double>>();
    evaluation.weights = reply.answer.value("weights", "");
    evaluation.details = reply.answer.value("details", Json::object());
    evaluation.cpu_seconds = reply.answer.value("cpu_seconds", reply.cpu_seconds);
    return evaluation;
}

}  // namespace hwnas
