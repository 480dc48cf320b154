// What a search costs beside its evaluations, on one core: fronts, volumes, questions.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/rng.h"
#include "search/controller.h"
#include "search/pareto_front.h"
#include "search/strategy.h"
#include "space/compiled_metric.h"
#include "space/feasible_networks.h"
#include "study/store.h"

namespace {

using namespace hwnas;

std::vector<Point> random_points(std::size_t count, std::size_t axes) {
    Rng rng(1);
    std::vector<Point> points(count, Point(axes));
    for (auto& point : points)
        for (double& value : point) value = rng.uniform();
    return points;
}

/// Points of which none dominates another: on a sphere's side.
std::vector<Point> front_points(std::size_t count, std::size_t axes) {
    Rng rng(2);
    std::vector<Point> points(count, Point(axes));
    for (auto& point : points) {
        double squares = 0;
        for (double& value : point) {
            value = std::abs(rng.normal());
            squares += value * value;
        }
        for (double& value : point) value = 1 - value / std::sqrt(squares);
    }
    return points;
}

void inserts(benchmark::State& state) {
    const auto points = random_points(1 << 16, static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        ParetoFront front;
        for (const auto& point : points) benchmark::DoNotOptimize(front.insert(point, 0));
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(points.size()));
}
BENCHMARK(inserts)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);

void volume(benchmark::State& state) {
    const auto axes = static_cast<std::size_t>(state.range(1));
    const auto points = front_points(static_cast<std::size_t>(state.range(0)), axes);
    const Point corner(axes, 1.1);
    for (auto _ : state) benchmark::DoNotOptimize(hypervolume(points, corner));
}
BENCHMARK(volume)->Args({1000, 2})->Args({1000, 3})->Args({100, 4})->Unit(benchmark::kMicrosecond);

/// The MnasNet space, its parameters as the known cost, and an accuracy that is made up.
struct Made {
    Made() : space(SearchSpace::load(HWNAS_SPACE_FILE)), parameters(parameter_metric(space)), feasible(space, {}) {
        problem.space = &space;
        problem.feasible = &feasible;
        problem.objectives = {{"top1", "%", Direction::maximize, {}, false, {}},
                              {"parameters", "parameters", Direction::minimize, {}, false, {}}};
        problem.known["parameters"] = [this](const Encoding& encoding) { return parameters(encoding); };
        Rng rng(3);
        for (const auto& choice : space.choices()) {
            effects.emplace_back();
            for (std::size_t v = 0; v < choice.values.size(); ++v) effects.back().push_back(rng.uniform());
        }
    }
    Trial trial(std::int64_t number, const Encoding& encoding) const {
        Trial trial;
        trial.number = number;
        trial.architecture.encoding = space.canonical(encoding);
        trial.state = TrialState::complete;
        double sum = 0;
        for (std::size_t i = 0; i < effects.size(); ++i) sum += effects[i][trial.architecture.encoding[i]];
        trial.values = {{"top1", 50 + 40 * sum / static_cast<double>(effects.size())},
                        {"parameters", parameters(trial.architecture.encoding)}};
        return trial;
    }
    CompiledSpace space;
    CompiledMetric parameters;
    FeasibleNetworks feasible;
    SearchProblem problem;
    std::vector<std::vector<double>> effects;
};

void question(benchmark::State& state, const char* name) {
    static const Made made;
    auto document = JsonDocument::from_value({{"name", name}}, "bench");
    const auto make = read_strategy(JsonValue(document));
    const auto strategy = make(made.problem, 1);
    Rng rng(4);
    std::int64_t number = 0;
    for (; number < state.range(0); ++number) strategy->tell(made.trial(number, made.feasible.sample(rng)));
    (void)strategy->ask(number, {});
    for (auto _ : state) {
        const auto proposal = strategy->ask(number, {});
        strategy->tell(made.trial(number, proposal->encoding));
        ++number;
    }
}
BENCHMARK_CAPTURE(question, random, "random")->Arg(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(question, evolution, "evolution")->Arg(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(question, model_based, "model-based")
    ->Arg(300)
    ->Arg(1000)
    ->Arg(10000)
    ->Iterations(40)
    ->Unit(benchmark::kMillisecond);

/// Answers at once, from the made-up accuracy.
class Answering : public Evaluator {
public:
    explicit Answering(const Made& made) : made_(&made) {}
    [[nodiscard]] std::map<std::string, std::string> metrics() const override { return {{"top1", "%"}}; }
    [[nodiscard]] Evaluation evaluate(const EvaluationRequest& request, std::stop_token) override {
        const auto trial = made_->trial(0, request.choices->encoding);
        Evaluation evaluation;
        evaluation.values["top1"] = trial.values.at("top1");
        return evaluation;
    }
    [[nodiscard]] bool answers_at_once() const override { return true; }

private:
    const Made* made_;
};

/// A whole search; the processor's time is of all threads, what waits for the disk is not in it.
void search(benchmark::State& state, const char* name, bool in_memory) {
    static const Made made;
    auto document = JsonDocument::from_value({{"name", name}}, "bench");
    const auto make = read_strategy(JsonValue(document));
    for (auto _ : state) {
        const auto folder = std::filesystem::temp_directory_path() / ("hwnas-bench-" + std::to_string(::getpid()));
        std::filesystem::create_directory(folder);
        const std::string address = in_memory ? "memory:" : (folder / "study.sqlite").string();
        const auto study = open_store(address, Access::create)->create({"bench", Json::object(), 0, ""});
        const auto strategy = make(made.problem, 1);
        Answering evaluator(made);
        ControllerSettings settings;
        settings.trials = state.range(0);
        settings.most_duplicates = 100'000;
        Controller(made.problem, *strategy, evaluator, *study, settings).run({});
        std::filesystem::remove_all(folder);
    }
    state.counters["a_trial"] = benchmark::Counter(
        static_cast<double>(state.range(0) * state.iterations()),
        static_cast<benchmark::Counter::Flags>(benchmark::Counter::kIsRate | benchmark::Counter::kInvert));
}
BENCHMARK_CAPTURE(search, evolution_in_memory, "evolution", true)
    ->Arg(100000)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search, model_based_in_memory, "model-based", true)
    ->Arg(1000)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search, random_in_sqlite, "random", false)
    ->Arg(1000)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kSecond);

}  // namespace

BENCHMARK_MAIN();
