#pragma once

#include <map>
#include <memory>
#include <string>

#include "predictors/evaluator.h"
#include "space/choice_table.h"

namespace hwnas {

/// Answers with figures that are sums over the choices: a model of published
/// results, say. Asked and counted like any evaluation.
class ChoiceTableEvaluator : public Evaluator {
public:
    /// At least one table, by metric; they must be of this space.
    ChoiceTableEvaluator(std::shared_ptr<const CategoricalSpace> space, std::map<std::string, ChoiceTable> tables);

    [[nodiscard]] std::map<std::string, std::string> metrics() const override;
    [[nodiscard]] Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override;

private:
    std::shared_ptr<const CategoricalSpace> space_;
    std::map<std::string, ChoiceTable> tables_;
};

}  // namespace hwnas
