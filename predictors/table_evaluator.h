#pragma once

#include <memory>
#include <string>
#include <vector>

#include "predictors/evaluator.h"
#include "predictors/published_results.h"
#include "space/choice_table.h"

namespace hwnas {

/// A figure of published results.
struct PublishedFigure {
    std::string name;  ///< the metric: `top1`
    std::string unit;
    std::size_t column = 0;  ///< among the results' columns
};

/// Answers with published results. An architecture that is not in the table, or that
/// lacks a figure there, is an EvaluationError that names it.
class TableEvaluator : public Evaluator {
public:
    /// At least one figure. The space must be the results' own.
    TableEvaluator(std::shared_ptr<const CategoricalSpace> space, std::shared_ptr<const PublishedResults> results,
                   std::vector<PublishedFigure> figures);

    [[nodiscard]] std::map<std::string, std::string> metrics() const override;
    [[nodiscard]] Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override;
    [[nodiscard]] bool answers_at_once() const override { return true; }

private:
    std::shared_ptr<const CategoricalSpace> space_;
    std::shared_ptr<const PublishedResults> results_;
    std::vector<PublishedFigure> figures_;
};

/// A figure that the results list for every architecture of the space. Throws
/// InputError with how many lack it, and one of them.
[[nodiscard]] ChoiceTable listed_figure(const CategoricalSpace& space, const PublishedResults& results,
                                        const PublishedFigure& figure);

}  // namespace hwnas
