#include <catch2/catch.hpp>

#include <set>

#include "made_problem.h"
#include "search/evolution_strategy.h"
#include "search/pareto_front.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

std::vector<Trial> search_with(const std::string& job, const MadeProblem& made, std::int64_t trials,
                               std::uint64_t seed) {
    const auto strategy = strategy_from(job)(made.problem, seed);
    return run(*strategy, made.space(), trials, [&](Trial& trial) {
        trial.values = {{"top1", 40 + 50 * made.quality(trial.architecture.encoding)},
                        {"latency@made", made.latency(trial.architecture.encoding)}};
    });
}

double volume(const std::vector<Trial>& trials, const std::vector<Objective>& objectives) {
    std::vector<Point> points;
    for (const auto& trial : trials) points.push_back(point_of(objectives, trial.values).value());
    return hypervolume(points, Point{-40, 4});
}

}  // namespace

TEST_CASE("evolution covers more of the front than random draws do") {
    double evolved = 0, drawn = 0;
    for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
        const MadeProblem made(small_space(), seed);
        evolved += volume(search_with(R"({"name": "evolution"})", made, 150, seed), made.problem.objectives);
        drawn += volume(search_with(R"({"name": "random"})", made, 150, seed), made.problem.objectives);
    }
    CHECK(evolved > 1.03 * drawn);
}

TEST_CASE("with one objective the oldest dies, and the best found is better than random's") {
    double evolved = 0, drawn = 0;
    for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
        MadeProblem made(small_space(), seed);
        made.problem.objectives.pop_back();
        const auto best = [](const std::vector<Trial>& trials) {
            double most = 0;
            for (const auto& trial : trials) most = std::max(most, trial.values.at("top1"));
            return most;
        };
        evolved += best(search_with(R"({"name": "evolution", "population": 20, "tournament": 5,
                                        "algorithm": "regularised"})",
                                    made, 200, seed));
        drawn += best(search_with(R"({"name": "random"})", made, 200, seed));
    }
    CHECK(evolved > drawn);
}

TEST_CASE("no network is asked for twice while there are others") {
    const MadeProblem made(small_space());
    const auto trials = search_with(R"({"name": "evolution"})", made, 600, 3);
    std::set<Encoding> networks;
    for (const auto& trial : trials) networks.insert(trial.architecture.encoding);
    CHECK(networks.size() == trials.size());
}

TEST_CASE("children that a model screens find more in as many trials") {
    const MadeProblem made(small_space(), 4);
    const auto& objectives = made.problem.objectives;
    const double plain = volume(search_with(R"({"name": "evolution"})", made, 60, 3), objectives);
    const double screened = volume(search_with(R"({"name": "evolution", "screened": 40})", made, 60, 3), objectives);
    CHECK(screened > plain);
    // The first ones are drawn either way.
    const auto one = search_with(R"({"name": "evolution"})", made, 10, 3);
    const auto other = search_with(R"({"name": "evolution", "screened": 40})", made, 10, 3);
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i].architecture == other[i].architecture);
}
