#include "predictors/train_evaluator.h"

#include <signal.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <mutex>

#include "core/files.h"
#include "graph/weights.h"
#include "predictors/evaluator_contract.h"
#include "support.h"

using namespace hwnas;
using namespace std::chrono_literals;

namespace {

TrainEvaluator::Options options(const Json& budget) {
    return {.command = {std::string(HWNAS_BINARY_DIR) + "/fake_trainer"},
            .threads = 2,
            .dataset = {{"format", "idx"}, {"path", "images"}},
            .budget = budget,
            .artifacts = "artifacts",
            .limit_seconds = 20};
}

EvaluationRequest request(std::uint64_t seed) {
    Graph graph({3, 8, 8});
    graph.add("relu", op::Activation{}, {0});
    EvaluationRequest request;
    request.id = 4;
    request.architecture = {{"stage1", {{"op", "conv"}}}};
    request.graph = graph;
    request.seed = seed;
    return request;
}

std::string failure_of(TrainEvaluator& evaluator) {
    try {
        static_cast<void>(evaluator.evaluate(request(1), {}));
    } catch (const EvaluationError& error) {
        return error.what();
    }
    return "no failure";
}

int process_of(const Evaluation& evaluation) { return evaluation.details["process"].get<int>(); }

}  // namespace

TEST_CASE("the training evaluator keeps the evaluators' contract") {
    hwnas::test::check_evaluator_contract(
        {.make =
             [] {
                 return std::make_unique<TrainEvaluator>(options({{"milliseconds", 5}}));
             },
         .requests = {request(11), request(22), request(33), request(44)}});
}

TEST_CASE("a training is asked for with everything that the protocol names") {
    TrainEvaluator evaluator(options({{"epochs", 3}, {"batch", 32}}));
    auto asked = request((1ULL << 60U) + 17);
    asked.budget = {{"steps", 40}};
    asked.parent = {*asked.graph, std::string(64, 'b')};
    const auto evaluation = evaluator.evaluate(asked, {});
    const Json question = evaluation.details["question"];
    REQUIRE(question["task"] == "train");
    REQUIRE(question["architecture"] == asked.architecture);
    REQUIRE(question["graph"] == to_json(*asked.graph));
    REQUIRE(question["seed"] == 17);
    REQUIRE(question["budget"] == Json({{"batch", 32}, {"steps", 40}}));
    REQUIRE(question["dataset"]["path"] == "images");
    REQUIRE(question["artifacts"] == "artifacts");
    REQUIRE(question["initial_weights"] == "artifacts/" + std::string(64, 'b') + ".safetensors");
    REQUIRE(evaluation.values.at("top1") == 17);
    REQUIRE(evaluation.weights == std::string(64, 'a'));
    REQUIRE(evaluation.cpu_seconds == 1.5);
}

TEST_CASE("a narrower network starts from what it inherits, kept by its content") {
    const test::TemporaryFolder folder;
    const auto network = [](std::int64_t filters) {
        Graph graph({3, 8, 8});
        graph.add("conv", op::Conv{.filters = filters}, {0});
        graph.add("pool", op::GlobalAveragePool{}, {1});
        graph.add("flatten", op::Flatten{}, {2});
        graph.add("classes", op::Gemm{.features = 2}, {3});
        return graph;
    };
    Weights weights;
    for (const auto& spec : weight_specs(network(4))) {
        std::int64_t count = 1;
        for (const auto extent : spec.shape) count *= extent;
        weights[spec.name] = {spec.shape, std::vector<float>(static_cast<std::size_t>(count), 1.0F)};
    }
    auto wanted = options(Json::object());
    wanted.artifacts = folder.path();
    TrainEvaluator evaluator(wanted);
    auto asked = request(1);
    asked.graph = network(3);
    asked.parent = {network(4), store_weights(folder.path(), weights)};
    const std::string file = evaluator.evaluate(asked, {}).details["question"]["initial_weights"];
    REQUIRE(std::filesystem::path(file).parent_path() == folder.path());
    const auto inherited = from_safetensors(read_file(file), file);
    check_weights(*asked.graph, inherited, file);
}

TEST_CASE("what has no network can't be trained, and says so") {
    TrainEvaluator evaluator(options(Json::object()));
    auto asked = request(1);
    asked.graph.reset();
    REQUIRE_THROWS_WITH(evaluator.evaluate(asked, {}), Catch::Contains("no network"));
}

TEST_CASE("a trainer's environment has its threads and no cap on arenas") {
    ::setenv("MALLOC_ARENA_MAX", "1", 1);
    TrainEvaluator evaluator(options(Json::object()));
    const auto evaluation = evaluator.evaluate(request(1), {});
    ::unsetenv("MALLOC_ARENA_MAX");
    REQUIRE(evaluation.details["threads"] == "2");
    REQUIRE(evaluation.details["heap"] == "glibc.malloc.hugetlb=1");
    REQUIRE(evaluation.details["arenas"] == "unset");
}

TEST_CASE("one process answers call after call") {
    TrainEvaluator evaluator(options(Json::object()));
    const int first = process_of(evaluator.evaluate(request(1), {}));
    REQUIRE(process_of(evaluator.evaluate(request(2), {})) == first);
}

TEST_CASE("callers at the same time have processes of their own, which are kept") {
    TrainEvaluator evaluator(options({{"milliseconds", 200}}));
    std::set<int> processes;
    std::mutex mutex;
    const auto run_both = [&] {
        std::vector<std::jthread> callers;
        for (std::uint64_t seed = 0; seed < 2; ++seed)
            callers.emplace_back([&, seed] {
                const int process = process_of(evaluator.evaluate(request(seed), {}));
                const std::lock_guard lock(mutex);
                processes.insert(process);
            });
    };
    run_both();
    run_both();
    REQUIRE(processes.size() == 2);
}

TEST_CASE("a refused training is an error with the trainer's reason") {
    TrainEvaluator evaluator(options({{"behaviour", "refuse"}}));
    REQUIRE(failure_of(evaluator) == "diverged: loss is not finite at step 7");
    REQUIRE(failure_of(evaluator) == "diverged: loss is not finite at step 7");
}

TEST_CASE("a crash is an error that names the signal, every time") {
    TrainEvaluator evaluator(options({{"behaviour", "crash"}}));
    REQUIRE_THAT(failure_of(evaluator), Catch::Contains("killed by signal 11"));
    REQUIRE_THAT(failure_of(evaluator), Catch::Contains("killed by signal 11"));
}

TEST_CASE("an exit is an error with code and last words") {
    TrainEvaluator evaluator(options({{"behaviour", "exit"}}));
    REQUIRE_THAT(failure_of(evaluator), Catch::Contains("exit code 3") && Catch::Contains("out of cheese"));
}

TEST_CASE("a training past its limit is an error that names the limit") {
    auto slow = options({{"behaviour", "hang"}});
    slow.limit_seconds = 0.25;
    TrainEvaluator evaluator(slow);
    REQUIRE_THAT(failure_of(evaluator), Catch::Contains("no answer within 0.25 s"));
}

TEST_CASE("answers that break the protocol are errors that say how") {
    const auto [behaviour, reason] =
        GENERATE(table<std::string, std::string>({{"garbage", "no JSON object: loading weights ..."},
                                                  {"other_id", "the id 999999 where "},
                                                  {"not_finite", "null as the value of \"loss\""},
                                                  {"no_top1", "without the value \"top1\""},
                                                  {"no_values", "without \"values\""}}));
    TrainEvaluator evaluator(options({{"behaviour", behaviour}}));
    REQUIRE_THAT(failure_of(evaluator), Catch::Contains(reason));
    REQUIRE_THAT(failure_of(evaluator), Catch::Contains(reason));
}

TEST_CASE("a trainer that was killed between two trainings is replaced") {
    TrainEvaluator evaluator(options(Json::object()));
    const int first = process_of(evaluator.evaluate(request(1), {}));
    ::kill(first, SIGKILL);
    REQUIRE_THAT(failure_of(evaluator), Catch::Contains("killed by signal 9"));
    REQUIRE(process_of(evaluator.evaluate(request(1), {})) != first);
}

TEST_CASE("a stop ends a training at once") {
    TrainEvaluator evaluator(options({{"behaviour", "hang"}}));
    std::stop_source source;
    std::jthread stopper([&source] {
        std::this_thread::sleep_for(100ms);
        source.request_stop();
    });
    const auto start = std::chrono::steady_clock::now();
    REQUIRE_THROWS_AS(evaluator.evaluate(request(1), source.get_token()), EvaluationStopped);
    REQUIRE(std::chrono::steady_clock::now() - start < 1s);
}

TEST_CASE("a trainer that does not exist is an error that names it") {
    auto missing = options(Json::object());
    missing.command = {"/no/such/trainer"};
    TrainEvaluator evaluator(missing);
    REQUIRE_THAT(failure_of(evaluator), Catch::Contains("/no/such/trainer"));
}

TEST_CASE("CPU seconds that the trainer does not tell are taken from its process") {
    TrainEvaluator evaluator(options({{"behaviour", "no_cpu_seconds"}}));
    const auto evaluation = evaluator.evaluate(request(1), {});
    REQUIRE(evaluation.cpu_seconds >= 0);
    REQUIRE(evaluation.cpu_seconds < 1);
}
