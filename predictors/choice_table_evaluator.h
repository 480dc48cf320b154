#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "predictors/evaluator.h"
#include "space/choice_table.h"

namespace hwnas {

/// How a metric's figures with a part of the budget differ from those with the whole of it: by
/// `(bias + noise * z) * ln(whole / part)`, z being standard normal, drawn from the request's seed and that part. So
/// each halving of the budget costs as much as the one before.
struct BudgetEffect {
    std::string key;   ///< of the budget: `epochs`
    double whole = 0;  ///< its figure where a request names none
    struct Error {
        double bias = 0;   ///< in the metric's unit, for a budget e times less
        double noise = 0;  ///< its deviation among networks, likewise
    };
    std::map<std::string, Error> errors;  ///< by metric
};

/// Answers with figures that are sums over the choices: a model of published
/// results, say. Asked and counted like any evaluation.
class ChoiceTableEvaluator : public Evaluator {
public:
    /// At least one table, by metric; they must be of this space. `noise`: deviations of a normal error
    /// that a metric is told with, drawn from the request's seed; the details have what is exact then. With a
    /// `fidelity`, the weights of an answer say how much of it the network has had, and what goes on from them adds to
    /// that.
    ChoiceTableEvaluator(std::shared_ptr<const CategoricalSpace> space, std::map<std::string, ChoiceTable> tables,
                         std::map<std::string, double> noise = {}, std::optional<BudgetEffect> fidelity = {});

    [[nodiscard]] std::map<std::string, std::string> metrics() const override;
    [[nodiscard]] Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override;
    [[nodiscard]] bool answers_at_once() const override { return true; }

private:
    std::shared_ptr<const CategoricalSpace> space_;
    std::map<std::string, ChoiceTable> tables_;
    std::map<std::string, double> noise_;
    std::optional<BudgetEffect> fidelity_;
};

}  // namespace hwnas
