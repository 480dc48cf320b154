#include "predictors/zero_cost_evaluator.h"

#include <catch2/catch.hpp>

#include "predictors/evaluator_contract.h"
#include "support.h"

using namespace hwnas;

namespace {

ZeroCostEvaluator::Options options(const std::string& behaviour = "") {
    return {.command = {std::string(HWNAS_BINARY_DIR) + "/fake_trainer", behaviour},
            .dataset = {{"format", "idx"}, {"path", "images"}},
            .proxies = {{"naswot", "snip"}, 16, 3},
            .limit_seconds = 20};
}

EvaluationRequest request(std::uint64_t seed) {
    Graph graph({3, 8, 8});
    graph.add("relu", op::Activation{}, {0});
    EvaluationRequest request;
    request.architecture = {{"stage1", {{"op", "conv"}}}};
    request.graph = graph;
    request.seed = seed;
    return request;
}

std::string failure_of(const std::string& behaviour) {
    ZeroCostEvaluator evaluator(options(behaviour));
    try {
        static_cast<void>(evaluator.evaluate(request(1), {}));
    } catch (const EvaluationError& error) {
        return error.what();
    }
    return "no failure";
}

ZeroCostOptions read(const std::string& text) {
    auto document = JsonDocument::parse(text, "job.json");
    ZeroCostOptions read;
    {
        JsonObject object{JsonValue(document)};
        read = ZeroCostOptions::read(object);
    }
    document.throw_problems();
    return read;
}

}  // namespace

TEST_CASE("the zero-cost evaluator keeps the evaluators' contract") {
    hwnas::test::check_evaluator_contract({.make = [] { return std::make_unique<ZeroCostEvaluator>(options()); },
                                           .requests = {request(11), request(22), request(33), request(44)}});
}

TEST_CASE("proxies are asked for with everything that the protocol names") {
    ZeroCostEvaluator evaluator(options("echo"));
    const auto asked = request((1ULL << 60U) + 17);
    const auto evaluation = evaluator.evaluate(asked, {});
    REQUIRE(evaluation.values == std::map<std::string, double>{{"naswot", 17}, {"snip", 17}});
    REQUIRE(evaluation.cpu_seconds == 0.25);
    REQUIRE(evaluation.weights.empty());
    const Json& question = evaluation.details;
    REQUIRE(question["task"] == "zero-cost");
    REQUIRE(question["architecture"] == asked.architecture);
    REQUIRE(question["graph"] == to_json(*asked.graph));
    REQUIRE(question["seed"] == 17);
    REQUIRE(question["dataset"]["path"] == "images");
    REQUIRE(question["proxies"] == Json({"naswot", "snip"}));
    REQUIRE(question["batch"] == 16);
    REQUIRE(question["batches"] == 3);
}

TEST_CASE("a proxy that a network does not allow is an error with the reason") {
    REQUIRE(failure_of("refuse_naswot") == "naswot: there are no ReLUs");
}

TEST_CASE("a scoring program that breaks the protocol is an error that says how") {
    REQUIRE_THAT(failure_of("no_naswot"), Catch::Contains("without the value \"naswot\""));
    REQUIRE_THAT(failure_of("crash"), Catch::Contains("killed by signal 11"));
    REQUIRE_THAT(failure_of("garbage"), Catch::Contains("no JSON object"));
}

TEST_CASE("what has no network has no proxies, and says so") {
    ZeroCostEvaluator evaluator(options());
    auto asked = request(1);
    asked.graph.reset();
    REQUIRE_THROWS_WITH(evaluator.evaluate(asked, {}), Catch::Contains("no network"));
}

TEST_CASE("proxies of a job are read, and each problem is told") {
    REQUIRE(read(R"({"proxies": ["zico", "snip"]})") == ZeroCostOptions{{"zico", "snip"}, 64, 2});
    REQUIRE(read(R"({"proxies": ["zico"], "batch": 8, "batches": 5})") == ZeroCostOptions{{"zico"}, 8, 5});
    const auto error = test::input_error_of([] {
        static_cast<void>(read(R"({"proxies": ["zicko", "snip", "snip"], "batch": 1, "batches": 1, "bach": 2})"));
    });
    for (const char* part :
         {"did you mean \"zico\"?", "/proxies/2: expected each proxy once", "/batch", "/batches", "bach"})
        REQUIRE_THAT(error, Catch::Contains(part));
    REQUIRE_THAT(test::input_error_of([] { static_cast<void>(read(R"({"proxies": []})")); }),
                 Catch::Contains("/proxies"));
    REQUIRE_THAT(test::input_error_of([] { static_cast<void>(read("{}")); }), Catch::Contains("\"proxies\""));
}
