// What repeating networks of the front is worth where evaluations are noisy: searches of one budget, with and
// without a part of it for repeats, whose fronts are then looked at without the noise.
//
//     bench_front_repeats JOB.json [NOISE [SEEDS [TRIALS]]]
//
// JOB has the evaluator `choice-table` and a benchmark's hypervolume, such as configs/benchmarks/mnasnet-zcu102.json;
// NOISE is the deviation of its first objective, 0.5 by default; 20 seeds, 300 trials.
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>

#include "job/job.h"
#include "job/searched_space.h"
#include "report/front.h"
#include "study/store.h"

namespace {

using namespace hwnas;

struct Outcome {
    double share = 0;     ///< of the true front's hypervolume, by the exact figures of what is on the front found
    double optimism = 0;  ///< mean of what the front's networks promise and don't keep
    double wrong = 0;     ///< share of the front's networks that another evaluated one dominates in truth
    double best = 0;      ///< exact figure of the network that looks best by the first objective
};

Point exact_point(const Job& job, const Trial& trial) {
    auto values = trial.values;
    for (const auto& [key, value] : trial.details.at("exact").items()) values[key] = value.get<double>();
    return point_of(job.objectives, values).value();
}

Outcome search(const Job& job, const SearchedSpace& searched, std::uint64_t seed, double share) {
    const SearchProblem problem{searched.space.get(), searched.feasible.get(), job.objectives,    job.limits,
                                searched.known,       searched.network,        searched.reference};
    const auto study = open_store("memory:", Access::create)->create({"benchmark", Json::object(), 0, ""});
    const auto strategy = job.strategy(problem, seed);
    const auto evaluator = job.evaluator.make(job);
    ControllerSettings settings;
    settings.trials = job.trials;
    settings.seed = seed;
    if (share > 0) settings.front_repeats = FrontRepeatsSettings{.share = share};
    Controller(problem, *strategy, *evaluator, *study, settings).run({});

    const auto trials = study->trials();
    std::map<std::string, Point> exact;
    ParetoFront of_all;
    for (const auto& trial : trials)
        if (trial.state == TrialState::complete) {
            exact[trial.architecture.id] = exact_point(job, trial);
            (void)of_all.insert(exact[trial.architecture.id], trial.number);
        }
    const Front front = make_front(trials, job.objectives, job.limits);
    Outcome outcome;
    std::vector<Point> points;
    for (const auto entry : front.entries) {
        const Point& truth = exact.at(front.networks[entry].id);
        points.push_back(truth);
        outcome.optimism += truth[0] - front.point(entry)[0];  // turned: less is better
        bool dominated = false;
        for (const auto& other : of_all.entries()) dominated = dominated || dominates(other.point, truth);
        outcome.wrong += dominated ? 1 : 0;
    }
    const auto count = static_cast<double>(points.size());
    outcome.optimism /= count;
    outcome.wrong /= count;
    outcome.best = std::abs(points.front()[0]);
    Point corner;
    for (const auto& objective : job.objectives) corner.push_back(turned(objective, objective.worst.value()));
    outcome.share = hypervolume(points, corner) / job.benchmark.hypervolume.value();
    return outcome;
}

struct Mean {
    double sum = 0, squares = 0, count = 0;
    void add(double value) {
        sum += value;
        squares += value * value;
        ++count;
    }
    [[nodiscard]] double mean() const { return sum / count; }
    [[nodiscard]] double error() const {
        return std::sqrt(std::max(0.0, squares / count - mean() * mean()) / std::max(1.0, count - 1));
    }
};

void compare(const std::string& path, const std::string& noise, std::uint64_t seeds, const std::string& trials) {
    std::printf(
        "| strategy | for repeats | share of the true hypervolume | promised and not kept | wrongly on the front | "
        "the best one |\n| --- | --- | --- | --- | --- | --- |\n");
    for (const char* strategy : {"random", "evolution", "model-based"}) {
        auto document = JsonDocument::load(path);
        const std::string metric = document.root().at("objectives").at(0).at("metric").get<std::string>();
        document.override_value("evaluator.noise=" + Json{{metric, std::stod(noise)}}.dump());
        document.override_value("strategy=" + Json{{"name", strategy}}.dump());
        document.override_value("budget.trials=" + trials);
        const Job job = load_job(std::move(document));
        const auto searched = ready_space(job, {}, {});
        for (const double share : {0.0, 0.2, 0.4}) {
            Mean hypervolume, optimism, wrong, best;
            for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
                const auto outcome = search(job, *searched, seed, share);
                hypervolume.add(outcome.share);
                optimism.add(outcome.optimism);
                wrong.add(outcome.wrong);
                best.add(outcome.best);
            }
            std::printf("| %s | %.0f %% | %.4f (%.4f) | %.3f (%.3f) | %.0f %% (%.0f) | %.2f (%.2f) |\n", strategy,
                        100 * share, hypervolume.mean(), hypervolume.error(), optimism.mean(), optimism.error(),
                        100 * wrong.mean(), 100 * wrong.error(), best.mean(), best.error());
            std::fflush(stdout);
        }
    }
    std::printf("\nIn parentheses the standard errors over %d seeds.\n", static_cast<int>(seeds));
}

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> given(arguments + 1, arguments + count);
    if (given.empty() || given.size() > 4) {
        std::cerr << "usage: bench_front_repeats JOB.json [NOISE [SEEDS [TRIALS]]]\n";
        return 2;
    }
    try {
        compare(given[0], given.size() > 1 ? given[1] : "0.5", given.size() > 2 ? std::stoull(given[2]) : 20,
                given.size() > 3 ? given[3] : "300");
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
    return 0;
}
