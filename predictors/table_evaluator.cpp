#include "predictors/table_evaluator.h"

#include <cmath>
#include <set>

#include "predictors/requested_choices.h"

namespace hwnas {

TableEvaluator::TableEvaluator(std::shared_ptr<const CategoricalSpace> space,
                               std::shared_ptr<const PublishedResults> results, std::vector<PublishedFigure> figures)
    : space_(std::move(space)), results_(std::move(results)), figures_(std::move(figures)) {}

std::map<std::string, std::string> TableEvaluator::metrics() const {
    std::map<std::string, std::string> units;
    for (const auto& figure : figures_) units[figure.name] = figure.unit;
    return units;
}

Evaluation TableEvaluator::evaluate(const EvaluationRequest& request, std::stop_token stop) {
    const auto* row = results_->find(requested_choices(*space_, request, stop));
    if (row == nullptr) throw EvaluationError(results_->origin() + " has no row for " + request.architecture.dump());
    Evaluation evaluation;
    for (const auto& figure : figures_) {
        const double value = (*row)[figure.column];
        if (std::isnan(value))
            throw EvaluationError(results_->origin() + " has no " + figure.name + " for " +
                                  request.architecture.dump());
        evaluation.values[figure.name] = value;
    }
    return evaluation;
}

ChoiceTable listed_figure(const CategoricalSpace& space, const PublishedResults& results,
                          const PublishedFigure& figure) {
    std::set<Encoding> missing;
    auto table = ChoiceTable::listing(space, figure.unit, [&](const Encoding& encoding) {
        const auto* row = results.find(encoding);
        if (row != nullptr && !std::isnan((*row)[figure.column])) return (*row)[figure.column];
        missing.insert(encoding);
        return 0.0;
    });
    if (!missing.empty())
        throw InputError({results.origin(),
                          figure.name + ", which is \"known\", for every architecture of \"" + space.name() + "\"",
                          "none for " + std::to_string(missing.size()) + " of them, such as " +
                              space.choices_json(*missing.begin()).dump(),
                          "without \"known\" it is looked up when an architecture is evaluated"});
    return table;
}

}  // namespace hwnas
