#include "search/model_based_strategy.h"

#include <catch2/catch.hpp>

#include "search/pareto_front.h"
#include "strategy_contract.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

const std::vector<std::string> both_ways{R"({"name": "model-based"})", R"({"name": "model-based", "most_listed": 0})"};

std::vector<Trial> trials_of(const StrategyFactory& make, const MadeProblem& made, const SearchProblem& problem,
                             std::int64_t count, const std::function<void(Trial&)>& evaluate) {
    const auto strategy = make(problem, 3);
    std::vector<Trial> trials;
    for (std::int64_t number = 0; number < count; ++number) {
        const auto proposal = strategy->ask(number, {});
        if (!proposal) break;
        auto trial = trial_of(made.space(), number, *proposal);
        trial.state = TrialState::complete;
        evaluate(trial);
        strategy->tell(trial);
        trials.push_back(std::move(trial));
    }
    return trials;
}

/// The volume up to an accuracy of 40 and a latency of 4.
double volume_of(const std::vector<Trial>& trials) {
    std::vector<Point> points;
    for (const auto& trial : trials) points.push_back({-trial.values.at("top1"), trial.values.at("latency@made")});
    return hypervolume(points, {-40, 4});
}

}  // namespace

TEST_CASE("the model finds nearly the whole front in sixty of thirteen thousand networks") {
    const MadeProblem made(small_space(), 4);
    const auto evaluate = [&](Trial& trial) { evaluate_well(made, trial); };
    std::vector<Trial> all(1);
    ParetoFront front;
    Encoding encoding(made.space().choices().size(), 0);
    for (bool more = true; more;) {
        all[0].architecture.encoding = encoding;
        evaluate(all[0]);
        front.insert({-all[0].values.at("top1"), all[0].values.at("latency@made")}, 0);
        more = false;
        for (std::size_t i = encoding.size(); i-- > 0 && !more;) {
            more = ++encoding[i] < made.space().choices()[i].values.size();
            if (!more) encoding[i] = 0;
        }
    }
    std::vector<Point> points;
    for (const auto& entry : front.entries()) points.push_back(entry.point);
    const double whole = hypervolume(points, {-40, 4});
    const double by_chance =
        volume_of(trials_of(strategy_from(R"({"name": "random"})"), made, made.problem, 60, evaluate));
    for (const auto& job : both_ways) {
        INFO(job);
        const double found = volume_of(trials_of(strategy_from(job), made, made.problem, 60, evaluate));
        CHECK(found > 0.99 * whole);
        CHECK(found > by_chance);
    }
}

TEST_CASE("no network is asked for twice, and a space that is used up ends the search") {
    const MadeProblem made(space_from(three_stages, R"({"op": ["conv", "mbconv3"], "kernel": [3, 5],
        "se_ratio": [0], "skip": ["none"], "filters": [1.0], "layers": [0]})"));
    for (const auto& job : both_ways) {
        INFO(job);
        const auto trials =
            trials_of(strategy_from(job), made, made.problem, 64, [&](Trial& trial) { evaluate_well(made, trial); });
        std::set<Encoding> asked;
        for (const auto& trial : trials) asked.insert(trial.architecture.encoding);
        CHECK(asked.size() == 64);
    }
}

TEST_CASE("one objective is brought to its optimum") {
    const MadeProblem made(small_space(), 5);
    SearchProblem problem = made.problem;
    problem.objectives = {{"top1", "%", Direction::maximize, {}, false, {}}};
    for (const auto& job : both_ways) {
        INFO(job);
        double best = 0;
        for (const auto& trial :
             trials_of(strategy_from(job), made, problem, 50, [&](Trial& trial) { evaluate_well(made, trial); }))
            best = std::max(best, trial.values.at("top1"));
        CHECK(best == Approx(90));  // quality 1
    }
}

TEST_CASE("two figures that only an evaluation tells are learned together") {
    const MadeProblem made(small_space(), 6);
    SearchProblem problem = made.problem;
    problem.known.erase("latency@made");
    const auto evaluate = [&](Trial& trial) { evaluate_well(made, trial); };
    const double found = volume_of(trials_of(strategy_from(R"({"name": "model-based"})"), made, problem, 60, evaluate));
    CHECK(found > volume_of(trials_of(strategy_from(R"({"name": "random"})"), made, problem, 240, evaluate)));
}

TEST_CASE("a limit on what is not known beforehand is learned, and kept to more and more") {
    const MadeProblem made(small_space(), 7);
    const MadeProblem other(small_space(), 8);
    SearchProblem problem = made.problem;
    problem.limits = {{"power", "W", {}, 0.4}};
    const auto evaluate = [&](Trial& trial) {
        evaluate_well(made, trial);
        trial.values["power"] = 0.01 + other.quality(trial.architecture.encoding);
    };
    const auto share = [&](const std::vector<Trial>& trials) {
        double kept = 0;
        for (std::size_t i = trials.size() / 2; i < trials.size(); ++i) kept += trials[i].values.at("power") <= 0.4;
        return kept / static_cast<double>(trials.size() - trials.size() / 2);
    };
    const double by_chance = share(trials_of(strategy_from(R"({"name": "random"})"), made, problem, 60, evaluate));
    CHECK(share(trials_of(strategy_from(R"({"name": "model-based"})"), made, problem, 60, evaluate)) >
          by_chance + 0.25);
}
