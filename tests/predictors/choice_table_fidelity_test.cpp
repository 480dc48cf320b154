#include <catch2/catch.hpp>
#include <cmath>

#include "predictors/choice_table_evaluator.h"

using namespace hwnas;

namespace {

const double whole = 9;

/// Of one choice, whose four values give 60, 61, 62 and 63 %.
std::shared_ptr<ChoiceTableEvaluator> evaluator(double bias, double noise) {
    auto document = JsonDocument::parse(
        R"({"name": "made", "type": "categorical", "choices": [{"name": "a", "values": [0, 1, 2, 3]}]})", "made");
    auto space = std::make_shared<const CategoricalSpace>(CategoricalSpace::read(JsonValue(document)));
    document.throw_problems();
    auto file = JsonDocument::parse(R"({"unit": "%", "constant": 60, "terms": [{"if": {"a": 1}, "value": 1},
        {"if": {"a": 2}, "value": 2}, {"if": {"a": 3}, "value": 3}]})",
                                    "top1.json");
    std::map<std::string, ChoiceTable> tables;
    tables.emplace("top1", ChoiceTable::read(JsonValue(file), *space));
    file.throw_problems();
    return std::make_shared<ChoiceTableEvaluator>(space, tables, std::map<std::string, double>{},
                                                  BudgetEffect{"epochs", whole, {{"top1", {bias, noise}}}});
}

EvaluationRequest request(const Json& budget, const std::string& parent = "", std::uint64_t seed = 1) {
    EvaluationRequest request;
    request.architecture = {{"a", 2}};
    request.budget = budget;
    request.seed = seed;
    if (!parent.empty()) request.parent = EvaluationRequest::Parent{std::nullopt, parent};
    return request;
}

double top1(ChoiceTableEvaluator& asked, const EvaluationRequest& request) {
    return asked.evaluate(request, {}).values.at("top1");
}

}  // namespace

TEST_CASE("with the whole budget a table's figure is exact, with a part it is off by as much for each halving") {
    const auto asked = evaluator(-4, 0);
    CHECK(top1(*asked, request(Json::object())) == 62);
    CHECK(top1(*asked, request({{"epochs", 9}})) == 62);
    CHECK(top1(*asked, request({{"epochs", 3}})) == Approx(62 - 4 * std::log(3)));
    CHECK(top1(*asked, request({{"epochs", 1}})) == Approx(62 - 4 * std::log(9)));
}

TEST_CASE("what goes on from weights has had the parent's part too") {
    const auto asked = evaluator(-4, 0.5);
    const auto first = asked->evaluate(request({{"epochs", 1}}), {});
    const auto second = asked->evaluate(request({{"epochs", 2}}, first.weights), {});
    CHECK(second.weights == asked->evaluate(request({{"epochs", 3}}), {}).weights);
    CHECK(second.values == asked->evaluate(request({{"epochs", 3}}), {}).values);
    CHECK(top1(*asked, request({{"epochs", 6}}, second.weights)) == 62);
}

TEST_CASE("the noise of a part is a network's own, of the part and the seed") {
    const auto asked = evaluator(0, 0.5);
    double sum = 0, squares = 0;
    constexpr int draws = 2000;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        const double off = top1(*asked, request({{"epochs", 3}}, "", seed)) - 62;
        sum += off;
        squares += off * off;
    }
    CHECK(sum / draws == Approx(0).margin(0.05));
    CHECK(std::sqrt(squares / draws) == Approx(0.5 * std::log(3)).epsilon(0.06));
    CHECK(top1(*asked, request({{"epochs", 3}})) == top1(*asked, request({{"epochs", 3}})));
    CHECK(top1(*asked, request({{"epochs", 3}})) != top1(*asked, request({{"epochs", 2}})));
}

TEST_CASE("a budget that is none and weights of others are failures that say so") {
    const auto asked = evaluator(0, 0);
    CHECK_THROWS_WITH(asked->evaluate(request({{"epochs", 0}}), {}), Catch::Contains("a number above 0; found 0"));
    CHECK_THROWS_WITH(asked->evaluate(request({{"epochs", 1}}, "5f3e"), {}), Catch::Contains("found \"5f3e\""));
}
