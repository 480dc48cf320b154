#include "search/strategy.h"

#include <catch2/catch.hpp>

#include "made_problem.h"
#include "support.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

std::string problem_of(const std::string& json) {
    return input_error_of([&] { (void)strategy_from(json); });
}

}  // namespace

TEST_CASE("An unknown strategy is answered with the nearest name, and its options are left alone") {
    const auto text = problem_of(R"({"name": "reinforced", "batch": 3})");
    CHECK_THAT(text, Catch::Contains("job.json:1: /name"));
    CHECK_THAT(text, Catch::Contains("did you mean \"reinforce\"?"));
    CHECK_THAT(text, !Catch::Contains("batch"));
}

TEST_CASE("A strategy without a name and one that is no object are problems") {
    CHECK_THAT(problem_of(R"({"batch": 3})"), Catch::Contains("the key \"name\""));
    CHECK_THAT(problem_of(R"("random")"), Catch::Contains("an object"));
}

TEST_CASE("Options that nothing reads are problems") {
    CHECK_THAT(problem_of(R"({"name": "random", "batch": 3})"), Catch::Contains("\"batch\", which nothing reads"));
    CHECK_THAT(problem_of(R"({"name": "reinforce", "learning_rat": 0.1})"),
               Catch::Contains("did you mean \"learning_rate\"?"));
    // Epochs over a batch would make plain REINFORCE another algorithm.
    CHECK_THAT(problem_of(R"({"name": "reinforce", "algorithm": "reinforce", "epochs": 3})"),
               Catch::Contains("\"epochs\", which nothing reads"));
}

TEST_CASE("All problems of the options are told at once") {
    const auto text = problem_of(R"({"name": "reinforce", "batch": 0, "entropy": -1, "reward": "softt",
                                     "algorithm": "pop", "hidden": 0.5})");
    for (const char* place : {"/batch", "/entropy", "/reward", "/algorithm", "/hidden"})
        CHECK_THAT(text, Catch::Contains(place));
    CHECK_THAT(text, Catch::Contains("did you mean \"soft\"?"));
}

TEST_CASE("Rewards and targets are checked") {
    CHECK(problem_of(R"({"name": "reinforce", "reward": {"alpha": -0.1, "beta": -0.3}})").empty());
    CHECK_THAT(problem_of(R"({"name": "reinforce", "reward": {"alpha": -0.1}})"), Catch::Contains("the key \"beta\""));
    CHECK_THAT(problem_of(R"({"name": "reinforce", "targets": {"a": [1, 0]}})"),
               Catch::Contains("/targets/a/1: expected a target above zero"));
    CHECK_THAT(problem_of(R"({"name": "reinforce", "targets": {"a": [1, 2], "b": [1]}})"),
               Catch::Contains("as many targets as in the other lists, 2"));
    CHECK_THAT(problem_of(R"({"name": "reinforce", "targets": "many"})"), Catch::Contains("a number of targets"));
    CHECK_THAT(problem_of(R"({"name": "reinforce", "targets": {}})"), Catch::Contains("at least one objective"));
    CHECK_THAT(problem_of(R"({"name": "reinforce", "reward": "soft", "targets": {"a": [1, 2]}})"),
               Catch::Contains("alpha = beta"));
}

TEST_CASE("Targets for what is not minimised are found when the strategy is made") {
    const MadeProblem made(small_space());
    const auto text = input_error_of(
        [&] { (void)strategy_from(R"({"name": "reinforce", "targets": {"latency@mad": [1, 2]}})")(made.problem, 1); });
    CHECK_THAT(text, Catch::Contains("job.json:1: /targets"));
    CHECK_THAT(text, Catch::Contains("did you mean \"latency@made\"?"));
}

TEST_CASE("Random draws are the feasible set's own, by seed and number") {
    MadeProblem made(small_space());
    made.limit_parameters(2 * made.parameters().least().value);
    const auto random = strategy_from(R"({"name": "random"})")(made.problem, 42);
    for (const std::int64_t number : {0, 1, 1000000}) {
        Rng stream = Rng(42).split(static_cast<std::uint64_t>(number));
        CHECK(random->ask(number, {})->encoding == made.problem.feasible->sample(stream));
    }
}
