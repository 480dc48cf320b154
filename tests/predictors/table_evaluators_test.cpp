#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "predictors/choice_table_evaluator.h"
#include "predictors/evaluator_contract.h"
#include "predictors/table_evaluator.h"
#include "support.h"

using namespace hwnas;

namespace {

std::shared_ptr<const CategoricalSpace> space() {
    static const auto made = [] {
        auto document = JsonDocument::parse(R"({"name": "made", "type": "categorical", "choices": [
            {"name": "a", "values": [1, 4, 6]}, {"name": "b", "values": [0, 1]}, {"name": "c", "values": [0, 1]}],
            "interchangeable": [{"value": 0, "among": ["b", "c"]}]})",
                                            "made");
        auto read = CategoricalSpace::read(JsonValue(document));
        document.throw_problems();
        return std::make_shared<const CategoricalSpace>(std::move(read));
    }();
    return made;
}

EvaluationRequest request(const Json& architecture) {
    EvaluationRequest request;
    request.architecture = architecture;
    return request;
}

const std::vector<EvaluationRequest>& requests() {
    static const std::vector<EvaluationRequest> made{request({{"a", 1}, {"b", 0}, {"c", 0}}),
                                                     request({{"a", 4}, {"b", 1}, {"c", 0}}),
                                                     request({{"a", 6}, {"b", 1}, {"c", 1}})};
    return made;
}

std::shared_ptr<const PublishedResults> results(const std::string& csv, const ResultKey& key = {},
                                                Repeated repeated = Repeated::error) {
    return std::make_shared<const PublishedResults>(parse_csv(csv, "made.csv"), *space(), key,
                                                    std::vector<std::string>{"acc", "params"}, repeated);
}

const char* const csv =
    "a,b,c,acc,params\n1,0,0,70.5,10\n4,1,0,71,20\n4.0,0,1,99,99\n6,1,1,72.25,30\n6,1,0,,25\n8,1,0,3,4\n";

std::unique_ptr<TableEvaluator> evaluator(const std::shared_ptr<const PublishedResults>& published) {
    return std::make_unique<TableEvaluator>(space(), published, std::vector<PublishedFigure>{{"top1", "%", 0}});
}

std::string failure_of(Evaluator& asked, const Json& architecture) {
    try {
        (void)asked.evaluate(request(architecture), {});
    } catch (const EvaluationError& error) {
        return error.what();
    }
    return "no failure";
}

template <typename... Arguments>
std::string error_of(Arguments&&... arguments) {
    return test::input_error_of([&] { (void)results(std::forward<Arguments>(arguments)...); });
}

}  // namespace

TEST_CASE("the evaluator of published results keeps the evaluators' contract") {
    test::check_evaluator_contract({.make = [] { return evaluator(results(csv)); }, .requests = requests()});
}

TEST_CASE("the evaluator of choice tables keeps the evaluators' contract") {
    const auto make = [] {
        const ChoiceTable table(*space(), "%", 60, {{{{0, 1}}, 5}, {{{1, 1}, {2, 1}}, 2}});
        return std::make_unique<ChoiceTableEvaluator>(space(), std::map<std::string, ChoiceTable>{{"top1", table}});
    };
    test::check_evaluator_contract({.make = make, .requests = requests()});
    CHECK(make()->evaluate(requests()[1], {}).values.at("top1") == 65);
    CHECK(make()->evaluate(requests()[2], {}).values.at("top1") == 62);
}

TEST_CASE("choices that come as an encoding of the table's own space are taken as they are, of another one read") {
    const ChoiceTable table(*space(), "%", 60, {{{{0, 1}}, 5}});
    ChoiceTableEvaluator evaluator(space(), {{"top1", table}});
    auto asked = requests()[0];
    asked.choices = EvaluationRequest::Choices{space().get(), {1, 0, 0}};
    CHECK(evaluator.evaluate(asked, {}).values.at("top1") == 65);
    const CategoricalSpace other(*space());
    asked.choices->space = &other;
    CHECK(evaluator.evaluate(asked, {}).values.at("top1") == 60);
}

TEST_CASE("a table of choices may be told with an error, by the seed alone, and what is exact stands beside it") {
    const ChoiceTable table(*space(), "%", 60, {{{{0, 1}}, 5}});
    ChoiceTableEvaluator noisy(space(), {{"top1", table}}, {{"top1", 0.5}});
    double sum = 0, squares = 0;
    constexpr int count = 400;
    auto asked = requests()[1];
    for (int i = 0; i < count; ++i) {
        asked.seed = static_cast<std::uint64_t>(i);
        const auto told = noisy.evaluate(asked, {});
        CHECK(told.details.at("exact").at("top1") == 65);
        CHECK(told.values == noisy.evaluate(asked, {}).values);
        const double error = told.values.at("top1") - 65;
        sum += error;
        squares += error * error;
    }
    CHECK(std::abs(sum / count) < 0.1);
    CHECK(std::sqrt(squares / count) == Approx(0.5).epsilon(0.12));
}

TEST_CASE("a published result is that of the canonical encoding's own row") {
    const auto asked = evaluator(results(csv));
    CHECK(asked->metrics() == std::map<std::string, std::string>{{"top1", "%"}});
    CHECK(asked->evaluate(request({{"a", 4}, {"b", 1}, {"c", 0}}), {}).values.at("top1") == 71);
    CHECK(asked->evaluate(request({{"a", 4}, {"b", 0}, {"c", 1}}), {}).values.at("top1") == 71);
}

TEST_CASE("what has no result is an error that names it") {
    const auto asked = evaluator(results(csv));
    CHECK_THAT(failure_of(*asked, {{"a", 1}, {"b", 1}, {"c", 1}}),
               Catch::Contains("made.csv has no row for {\"a\":1,\"b\":1,\"c\":1}"));
    CHECK_THAT(failure_of(*asked, {{"a", 6}, {"b", 1}, {"c", 0}}), Catch::Contains("no top1 for {\"a\":6"));
    CHECK_THAT(failure_of(*asked, {{"a", 2}, {"b", 1}, {"c", 0}}), Catch::Contains("one of 1, 4, 6"));
}

TEST_CASE("a key is one column, or one for each choice under any name") {
    CHECK(*results("arch,acc,params\n410,71,20\n", {"arch", {}})->find({1, 1, 0}) == std::vector<double>{71, 20});
    CHECK(results("x,b,c,acc,params\n4,1,0,71,20\n", {"", {{"a", "x"}}})->find({1, 1, 0}) != nullptr);
    CHECK_THAT(error_of("arch,acc,params\n410,71,20\n", ResultKey{"arc", {}}),
               Catch::Contains("did you mean \"arch\"?"));
    CHECK_THAT(error_of("arch,acc,params\n41,71,20\n4100,71,20\n", ResultKey{"arch", {}}),
               Catch::Contains("made.csv:2: ") && Catch::Contains("none among 2") && Catch::Contains("\"41\""));
}

TEST_CASE("a joined key must come apart in one way only") {
    auto document = JsonDocument::parse(
        R"({"name": "made", "type": "categorical", "choices": [{"name": "a", "values": [1, 11]}]})", "made");
    const auto ambiguous = CategoricalSpace::read(JsonValue(document));
    CHECK_THAT(test::input_error_of([&] {
                   PublishedResults(parse_csv("k\n1\n", "made.csv"), ambiguous, {"k", {}}, {}, Repeated::error);
               }),
               Catch::Contains("none is the start of another") && Catch::Contains("1 and 11 of a"));
}

TEST_CASE("an architecture that stands twice is an error, or its rows' mean") {
    const std::string twice = "a,b,c,acc,params\n1,0,0,70,10\n1,0,0,72,\n";
    CHECK_THAT(error_of(twice), Catch::Contains("made.csv:3: ") && Catch::Contains("as in line 2"));
    CHECK(*results(twice, {}, Repeated::mean)->find({0, 0, 0}) == std::vector<double>{71, 10});
}

TEST_CASE("a cell that is no number is an error with its line") {
    CHECK_THAT(error_of("a,b,c,acc,params\n1,0,0,70,10\n4,0,0,high,nan\n"),
               Catch::Contains("made.csv:3: expected a number in column \"acc\"; found \"high\"") &&
                   Catch::Contains("found \"nan\""));
}

TEST_CASE("a figure that is known is listed for every architecture, or an error says which lack it") {
    std::string all = "a,b,c,acc,params\n";
    for (const int a : {1, 4, 6})
        for (const char* rest : {"0,0", "1,0", "1,1"})
            all += std::to_string(a) + "," + rest + ",70," + std::to_string(a) + "0\n";
    const auto table = listed_figure(*space(), *results(all), {"parameters", "parameters", 1});
    CHECK(table({2, 0, 1}) == 60);
    CHECK(table.least({}) == 10);
    CHECK_THAT(test::input_error_of([] {
                   (void)listed_figure(*space(), *results(csv), {"parameters", "parameters", 1});
               }),
               Catch::Contains("made.csv: expected parameters") && Catch::Contains("none for 5 of them") &&
                   Catch::Contains("{\"a\":1,\"b\":1,\"c\":0}"));
}

TEST_CASE("NAS-Bench-Macro's published results are read as published") {
    const char* const named = std::getenv("HWNAS_DATA");
    const auto file = (named != nullptr ? std::filesystem::path(named) : test::source("../shared/data")) /
                      "nas_bench_macro/archs.csv.gz";
    if (!std::filesystem::exists(file)) {
        std::cout << "SKIPPED: no " << file.string() << '\n';
        return;
    }
    const auto macro = std::make_shared<const CategoricalSpace>(
        CategoricalSpace::load(test::source("configs/spaces/nas-bench-macro.json")));
    const auto published = std::make_shared<const PublishedResults>(
        read_csv(file), *macro, ResultKey{"arch", {}}, std::vector<std::string>{"mean_acc", "params"}, Repeated::error);
    CHECK(published->size() == 6561);
    TableEvaluator asked(macro, published, {{"top1", "%", 0}});
    const auto best = macro->choices_json({2, 2, 2, 1, 2, 2, 2, 0});
    CHECK(asked.evaluate(request(best), {}).values.at("top1") == Approx(93.127).margin(1e-3));
    const auto parameters = listed_figure(*macro, *published, {"parameters", "parameters", 1});
    CHECK(parameters({0, 0, 0, 0, 0, 0, 0, 0}) == 387882);
    CHECK(parameters.least({}) == 387882);
}
