#include "predictors/choice_table_evaluator.h"

#include "predictors/requested_choices.h"

namespace hwnas {

ChoiceTableEvaluator::ChoiceTableEvaluator(std::shared_ptr<const CategoricalSpace> space,
                                           std::map<std::string, ChoiceTable> tables)
    : space_(std::move(space)), tables_(std::move(tables)) {}

std::map<std::string, std::string> ChoiceTableEvaluator::metrics() const {
    std::map<std::string, std::string> units;
    for (const auto& [name, table] : tables_) units[name] = table.unit();
    return units;
}

Evaluation ChoiceTableEvaluator::evaluate(const EvaluationRequest& request, std::stop_token stop) {
    const Encoding encoding = requested_choices(*space_, request, stop);
    Evaluation evaluation;
    for (const auto& [name, table] : tables_) evaluation.values[name] = table(encoding);
    return evaluation;
}

}  // namespace hwnas
