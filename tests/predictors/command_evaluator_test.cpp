#include "predictors/command_evaluator.h"

#include <catch2/catch.hpp>

#include "predictors/evaluator_contract.h"
#include "predictors/open_ends.h"
#include "support.h"

using namespace hwnas;
using namespace std::chrono_literals;

namespace {

CommandEvaluator::Options options() {
    return {.command = {std::string(HWNAS_BINARY_DIR) + "/fake_command"},
            .metrics = {{"top1", "%"}},
            .limit_seconds = 20,
            .limit_mebibytes = 2000};
}

EvaluationRequest request(std::uint64_t seed, const Json& budget = Json::object()) {
    EvaluationRequest request;
    request.architecture = {{"stage1", "conv"}};
    request.seed = seed;
    request.budget = budget;
    return request;
}

std::string failure_of(CommandEvaluator& evaluator, const std::string& behaviour) {
    try {
        static_cast<void>(evaluator.evaluate(request(1, {{"behaviour", behaviour}}), {}));
    } catch (const EvaluationError& error) {
        return error.what();
    }
    return "no failure";
}

/// The reason of a failure; what follows it works, and nothing stays behind.
std::string reason_of(const std::string& behaviour, const CommandEvaluator::Options& wanted = options()) {
    const auto before = test::open_ends();
    std::string reason;
    {
        CommandEvaluator evaluator(wanted);
        const auto first = evaluator.evaluate(request(7, {{"details", true}}), {});
        reason = failure_of(evaluator, behaviour);
        const auto next = evaluator.evaluate(request(42, {{"details", true}}), {});
        REQUIRE(next.values == std::map<std::string, double>{{"top1", 42.0}});
        REQUIRE(next.details["process"] != first.details["process"]);
        REQUIRE(failure_of(evaluator, behaviour) != "no failure");
    }
    REQUIRE(test::open_ends() == before);
    return reason;
}

}  // namespace

TEST_CASE("the command evaluator keeps the evaluators' contract") {
    auto wanted = options();
    wanted.batch = GENERATE(1, 3);
    test::check_evaluator_contract({.make = [&] { return std::make_unique<CommandEvaluator>(wanted); },
                                    .requests = {request(11), request(22), request(33), request(44)}});
}

TEST_CASE("a request holds what the protocol names, and nothing where there is nothing") {
    auto wanted = options();
    wanted.budget = {{"epochs", 3}, {"details", true}};
    CommandEvaluator evaluator(wanted);
    auto asked = request((1ULL << 60U) + 17, {{"epochs", 5}});
    const auto bare = evaluator.evaluate(asked, {}).details["request"];
    REQUIRE(bare == Json({{"id", 1},
                          {"architecture", {{"stage1", "conv"}}},
                          {"budget", {{"epochs", 5}, {"details", true}}},
                          {"seed", 17}}));
    Graph graph({3, 8, 8});
    graph.add("relu", op::Activation{}, {0});
    asked.graph = graph;
    asked.parent = {graph, "abc"};
    const auto full = evaluator.evaluate(asked, {}).details["request"];
    REQUIRE(full["graph"] == to_json(graph));
    REQUIRE(full["parent"] == Json({{"weights", "abc"}}));
}

TEST_CASE("no shell reads the arguments") {
    auto wanted = options();
    wanted.command.insert(wanted.command.end(), {"; exit 3", "$(exit 3)", "a b"});
    CommandEvaluator evaluator(wanted);
    REQUIRE(evaluator.evaluate(request(5), {}).values.at("top1") == 5);
}

TEST_CASE("a request past the time limit fails with the limit") {
    auto wanted = options();
    wanted.limit_seconds = 0.25;
    REQUIRE_THAT(reason_of("hang", wanted), Catch::Contains("gave no answer within 0.25 s"));
}

TEST_CASE("a program past the memory limit fails with the limit, its children counted") {
    auto wanted = options();
    wanted.limit_mebibytes = 100;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    wanted.limit_mebibytes = 500;
#endif
    const std::string behaviour = GENERATE("memory", "memory_of_child");
    REQUIRE_THAT(reason_of(behaviour, wanted),
                 Catch::Contains("took more than " + std::to_string(wanted.limit_mebibytes) + " MiB of memory"));
}

TEST_CASE("an answer to another question fails with both ids") {
    REQUIRE_THAT(reason_of("other_id"), Catch::Contains("answered with the id 3 where 2 was asked"));
}

TEST_CASE("half a line and then the end fails with the half line") {
    REQUIRE_THAT(reason_of("half_line"),
                 Catch::Contains("ended in the middle of a line, {\"id\": 2, \"val; exit code 0"));
}

TEST_CASE("a line of 100 MB is cut off") {
    const auto start = std::chrono::steady_clock::now();
    REQUIRE_THAT(reason_of("long_line"), Catch::Contains("answered with more than 8388608 bytes"));
    REQUIRE(std::chrono::steady_clock::now() - start < 5s);
}

TEST_CASE("an exit fails with its code and last words") {
    REQUIRE_THAT(reason_of("exit"), Catch::Contains("ended: exit code 3; its standard error ended with: no CUDA"));
}

TEST_CASE("a crash fails with its signal") {
    REQUIRE_THAT(reason_of("crash"), Catch::Contains("ended: killed by signal 11 (Segmentation fault)"));
}

TEST_CASE("a child that stays when its program ends is ended with it") {
    const std::string reason = reason_of("grandchild");
    REQUIRE_THAT(reason, Catch::Contains("ended: exit code 0"));
    const std::string word = "child ";
    REQUIRE_THAT(reason, Catch::Contains(word));
    const int child = std::stoi(reason.substr(reason.find(word) + word.size()));
    const auto start = std::chrono::steady_clock::now();
    while (test::is_running(child) && std::chrono::steady_clock::now() - start < 5s) std::this_thread::sleep_for(5ms);
    REQUIRE(!test::is_running(child));
}

TEST_CASE("output that is no JSON fails with its beginning") {
    REQUIRE_THAT(reason_of("noise"), Catch::Contains("no JSON object: Epoch 1/10: loss 2.30"));
}

TEST_CASE("values that are no numbers or are missing fail with their names") {
    REQUIRE_THAT(reason_of("not_a_number"), Catch::Contains("\"82 %\" as the value of \"top1\""));
    REQUIRE_THAT(reason_of("missing"), Catch::Contains("answered without the value \"top1\""));
}

TEST_CASE("a refused request fails with the program's reason, and the program goes on") {
    CommandEvaluator evaluator(options());
    const auto process = [&] { return evaluator.evaluate(request(1, {{"details", true}}), {}).details["process"]; };
    const Json first = process();
    REQUIRE(failure_of(evaluator, "refuse") == "CUDA out of memory");
    REQUIRE(process() == first);
}

TEST_CASE("a program that does not exist fails with its name") {
    auto wanted = options();
    wanted.command = {"/no/such/trainer"};
    CommandEvaluator evaluator(wanted);
    REQUIRE_THAT(failure_of(evaluator, ""), Catch::Contains("/no/such/trainer"));
}
