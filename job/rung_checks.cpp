#include "job/rung_checks.h"

#include "predictors/recipe.h"
#include "search/successive_halving_strategy.h"

namespace hwnas {
namespace {

Json part(const Json& object, const char* key) {
    if (!object.is_object() || !object.contains(key)) return Json::object();
    return object[key];
}

/// The evaluator's budget as far as a job states it, and the trainer's own epoch.
Json own_budget(const Json& evaluator) {
    const Json name = part(evaluator, "name");
    if (name == "train") {
        Json recipe = part(evaluator, "recipe");
        if (recipe.is_object() && !recipe.contains("epochs") && !recipe.contains("steps"))
            recipe["epochs"] = Recipe().epochs;
        return recipe;
    }
    if (name == "choice-table") {
        const Json fidelity = part(evaluator, "fidelity");
        const Json key = part(fidelity, "key");
        return key.is_string() ? Json{{key.get<std::string>(), part(fidelity, "whole")}} : Json::object();
    }
    return part(evaluator, "budget");
}

}  // namespace

void check_rungs(const JsonValue& strategy, const JsonValue& evaluator) {
    if (!strategy.is_object() || part(strategy.json(), "name") != "successive-halving" || !evaluator.is_object())
        return;
    // Its own problems were told where the strategy was read.
    auto copy = JsonDocument::from_value(strategy.json(), "strategy");
    SuccessiveHalvingOptions options;
    {
        JsonObject object{JsonValue(copy)};
        options = SuccessiveHalvingOptions::read(object);
        for (const auto& key : object.keys()) (void)object.optional(key);
    }
    if (copy.has_problems()) return;

    const bool given = strategy.json().contains("rungs");
    const std::string pointer = strategy.pointer() + (given ? "/rungs" : "");
    const JsonValue place(strategy.document(), given ? &strategy.json()["rungs"] : &strategy.json(), pointer);
    if (part(evaluator.json(), "name") == "table") {
        place.problem("an evaluator that has a budget", "published results have none");
        return;
    }
    if (part(evaluator.json(), "name") == "zero-cost") {
        place.problem("an evaluator that has a budget", "zero-cost proxies have none");
        return;
    }
    const auto budget = own_budget(evaluator.json());
    const auto own = budget.is_object() ? budget.find(options.key) : budget.end();
    const Json last = budget_figure(options.rungs.back());
    if (own == budget.end() || !own->is_number() || own->get<double>() != options.rungs.back())
        place.problem("rungs that end with the evaluator's own budget",
                      own == budget.end()
                          ? "it states no \"" + options.key + "\": add " + last.dump() + " there"
                          : "it has " + own->dump() + " " + options.key + ", the last rung " + last.dump());
    if (part(evaluator.json(), "name") != "train") return;
    if (options.continues && options.key != "epochs" && options.key != "steps")
        place.problem("\"epochs\" or \"steps\" where trainings go on, which add up",
                      "another key of the recipe needs \"continue\": false");
    double before = 0;
    for (const double figure : options.rungs) {
        for (const double trained : {figure, options.continues ? figure - before : figure}) {
            const Json recipe{{options.key, budget_figure(trained)}};
            auto document = JsonDocument::from_value(recipe, place.document().origin());
            (void)Recipe::read(JsonValue(document, &recipe, pointer));
            if (!document.has_problems()) continue;
            place.problem("figures that the trainer's recipe can have",
                          "\"" + options.key + "\": " + budget_figure(trained).dump() + " is none");
            return;
        }
        before = figure;
    }
}

}  // namespace hwnas
