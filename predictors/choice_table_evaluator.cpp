#include "predictors/choice_table_evaluator.h"

#include <cmath>

#include "core/rng.h"
#include "predictors/requested_choices.h"

namespace hwnas {
namespace {

/// What the network will have had of the budget, its parent's part included.
double budget_had(const BudgetEffect& effect, const EvaluationRequest& request) {
    double had = effect.whole;
    if (request.budget.contains(effect.key)) {
        const Json& asked = request.budget.at(effect.key);
        if (!asked.is_number() || !(asked.get<double>() > 0))
            throw EvaluationError("budget: expected \"" + effect.key + "\", a number above 0; found " + asked.dump());
        had = asked.get<double>();
    }
    if (!request.parent) return had;
    const Json before = Json::parse(request.parent->weights, nullptr, false);
    if (!before.is_number())
        throw EvaluationError("parent: expected weights of this evaluator, such as \"3.0\"; found \"" +
                              request.parent->weights + "\"");
    return had + before.get<double>();
}

}  // namespace

ChoiceTableEvaluator::ChoiceTableEvaluator(std::shared_ptr<const CategoricalSpace> space,
                                           std::map<std::string, ChoiceTable> tables,
                                           std::map<std::string, double> noise, std::optional<BudgetEffect> fidelity)
    : space_(std::move(space)), tables_(std::move(tables)), noise_(std::move(noise)), fidelity_(std::move(fidelity)) {}

std::map<std::string, std::string> ChoiceTableEvaluator::metrics() const {
    std::map<std::string, std::string> units;
    for (const auto& [name, table] : tables_) units[name] = table.unit();
    return units;
}

Evaluation ChoiceTableEvaluator::evaluate(const EvaluationRequest& request, std::stop_token stop) {
    const Encoding encoding = requested_choices(*space_, request, stop);
    Evaluation evaluation;
    for (const auto& [name, table] : tables_) evaluation.values[name] = table(encoding);
    if (fidelity_) {
        const double part = budget_had(*fidelity_, request);
        evaluation.weights = Json(part).dump();
        for (const auto& [name, error] : fidelity_->errors) {
            const auto drawn = mix_seed({request.seed, seed_word(name), seed_word(evaluation.weights)});
            const double less = std::log(fidelity_->whole / part);
            if (less > 0) evaluation.values.at(name) += (error.bias + error.noise * Rng(drawn).normal()) * less;
        }
    }
    for (const auto& [name, deviation] : noise_) {
        evaluation.details["exact"][name] = evaluation.values.at(name);
        evaluation.values[name] += deviation * Rng(mix_seed({request.seed, seed_word(name)})).normal();
    }
    return evaluation;
}

}  // namespace hwnas
