#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "predictors/command_evaluator.h"
#include "predictors/open_ends.h"

using namespace hwnas;
using namespace std::chrono_literals;

namespace {

CommandEvaluator::Options options(std::int64_t batch) {
    return {.command = {std::string(HWNAS_BINARY_DIR) + "/fake_command"},
            .metrics = {{"top1", "%"}},
            .budget = {{"details", true}},
            .limit_seconds = 20,
            .batch = batch};
}

EvaluationRequest request(std::uint64_t seed, const Json& budget = Json::object()) {
    EvaluationRequest request;
    request.architecture = {{"stage1", "conv"}};
    request.seed = seed;
    request.budget = budget;
    return request;
}

struct Outcome {
    Evaluation evaluation;
    std::string failure;
};

Outcome outcome_of(CommandEvaluator& evaluator, const EvaluationRequest& request, const std::stop_token& stop = {}) {
    try {
        return {evaluator.evaluate(request, stop), ""};
    } catch (const EvaluationError& error) {
        return {{}, error.what()};
    } catch (const EvaluationStopped&) {
        return {{}, "stopped"};
    }
}

/// Asks while the program is busy with another request, so that all of these wait together.
std::vector<Outcome> together(CommandEvaluator& evaluator, const std::vector<EvaluationRequest>& requests) {
    std::vector<Outcome> outcomes(requests.size());
    std::vector<std::jthread> callers;
    callers.emplace_back([&] { static_cast<void>(evaluator.evaluate(request(99, {{"milliseconds", 300}}), {})); });
    std::this_thread::sleep_for(100ms);
    for (std::size_t i = 0; i < requests.size(); ++i)
        callers.emplace_back([&, i] { outcomes[i] = outcome_of(evaluator, requests[i]); });
    callers.clear();
    return outcomes;
}

}  // namespace

TEST_CASE("requests that wait together are rated together, by one program") {
    CommandEvaluator evaluator(options(3));
    const auto outcomes = together(evaluator, {request(1), request(2), request(3)});
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        INFO(outcomes[i].failure);
        REQUIRE(outcomes[i].evaluation.values.at("top1") == static_cast<double>(i + 1));
        REQUIRE(outcomes[i].evaluation.details["together"] == 3);
        REQUIRE(outcomes[i].evaluation.details["process"] == outcomes[0].evaluation.details["process"]);
    }
}

TEST_CASE("no batch is larger than it may be") {
    CommandEvaluator evaluator(options(2));
    std::multiset<int> sizes;
    for (const auto& outcome : together(evaluator, {request(1), request(2), request(3)}))
        sizes.insert(outcome.evaluation.details["together"].get<int>());
    REQUIRE(sizes == std::multiset<int>{1, 2, 2});
}

TEST_CASE("a member of a batch fails alone") {
    const auto [behaviour, reason] = GENERATE(
        table<std::string, std::string>({{"refuse", "CUDA out of memory"}, {"missing", "without the value \"top1\""}}));
    CommandEvaluator evaluator(options(3));
    const auto outcomes = together(evaluator, {request(1), request(2, {{"behaviour", behaviour}}), request(3)});
    REQUIRE(outcomes[0].evaluation.values.at("top1") == 1);
    REQUIRE_THAT(outcomes[1].failure, Catch::Contains(reason));
    REQUIRE(outcomes[2].evaluation.values.at("top1") == 3);
    const Json next = evaluator.evaluate(request(4), {}).details["process"];
    REQUIRE((next == outcomes[0].evaluation.details["process"]) == (behaviour == "refuse"));
}

TEST_CASE("a broken program fails its whole batch and is replaced") {
    const auto [behaviour, reason] =
        GENERATE(table<std::string, std::string>({{"exit", "exit code 3"},
                                                  {"crash", "killed by signal 11"},
                                                  {"noise", "no JSON object: Epoch 1/10"},
                                                  {"other_id", "answered a batch without \"batch\", an array"}}));
    const auto before = test::open_ends();
    {
        CommandEvaluator evaluator(options(3));
        const auto all = together(evaluator, {request(1), request(2, {{"behaviour", behaviour}}), request(3)});
        for (const auto& outcome : all) REQUIRE_THAT(outcome.failure, Catch::Contains(reason));
        REQUIRE(evaluator.evaluate(request(4), {}).values.at("top1") == 4);
    }
    REQUIRE(test::open_ends() == before);
}

TEST_CASE("a batch with an answer too few fails, and names the missing id") {
    CommandEvaluator evaluator(options(2));
    REQUIRE_THAT(outcome_of(evaluator, request(1, {{"behaviour", "drop"}})).failure,
                 Catch::Contains("answered a batch without the id 1"));
}

TEST_CASE("a batch has the time of its requests together") {
    auto wanted = options(2);
    wanted.limit_seconds = 1;
    CommandEvaluator evaluator(wanted);
    for (const auto& outcome :
         together(evaluator, {request(1, {{"milliseconds", 600}}), request(2, {{"milliseconds", 600}})}))
        REQUIRE(outcome.failure.empty());
}

TEST_CASE("who stops a batch alone leaves the others their answers") {
    CommandEvaluator evaluator(options(2));
    std::stop_source source;
    Outcome going_on, stopping;
    {
        std::jthread busy([&] { static_cast<void>(evaluator.evaluate(request(9, {{"milliseconds", 200}}), {})); });
        std::this_thread::sleep_for(50ms);
        std::jthread first([&] { going_on = outcome_of(evaluator, request(1, {{"milliseconds", 200}})); });
        std::jthread second([&] {
            stopping = outcome_of(evaluator, request(2, {{"milliseconds", 200}}), source.get_token());
        });
        std::this_thread::sleep_for(300ms);
        source.request_stop();
    }
    REQUIRE(going_on.evaluation.values.at("top1") == 1);
    REQUIRE(stopping.failure == "stopped");
}

TEST_CASE("a stop ends its caller's wait alone, and the program when all have stopped") {
    CommandEvaluator evaluator(options(2));
    std::stop_source source;
    Outcome busy, waiting;
    {
        std::jthread first([&] { busy = outcome_of(evaluator, request(1, {{"milliseconds", 300}})); });
        std::this_thread::sleep_for(100ms);
        std::jthread second([&] { waiting = outcome_of(evaluator, request(2), source.get_token()); });
        std::this_thread::sleep_for(50ms);
        source.request_stop();
    }
    REQUIRE(busy.evaluation.values.at("top1") == 1);
    REQUIRE(waiting.failure == "stopped");

    const auto start = std::chrono::steady_clock::now();
    std::stop_source last;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(50ms);
        last.request_stop();
    });
    REQUIRE(outcome_of(evaluator, request(1, {{"behaviour", "hang"}}), last.get_token()).failure == "stopped");
    REQUIRE(std::chrono::steady_clock::now() - start < 1s);
}
