#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "made_problem.h"
#include "search/pareto_front.h"
#include "support.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

/// A reward's premise: accuracy grows by 5 % for twice the latency. What a choice
/// brings beyond that is its own.
double traded_accuracy(const MadeProblem& made, const Encoding& encoding) {
    return 60 * std::pow(made.latency(encoding) / 2, 0.07) + 10 * made.quality(encoding);
}

std::vector<Trial> run_traded(const MadeProblem& made, const std::string& job, std::uint64_t seed, std::int64_t count) {
    const auto strategy = strategy_from(job)(made.problem, seed);
    return run(*strategy, made.space(), count, [&](Trial& trial) {
        const auto& encoding = trial.architecture.encoding;
        trial.values = {{"top1", traded_accuracy(made, encoding)}, {"latency@made", made.latency(encoding)}};
    });
}

double share_under(const MadeProblem& made, const std::vector<Trial>& trials, std::size_t from, double latency) {
    double count = 0;
    for (std::size_t i = from; i < trials.size(); ++i)
        count += made.latency(trials[i].architecture.encoding) <= latency ? 1 : 0;
    return count / static_cast<double>(trials.size() - from);
}

}  // namespace

TEST_CASE("Both algorithms learn what random does not, for every seed", "[long]") {
    const std::string algorithm = GENERATE("ppo", "reinforce");
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        MadeProblem made(small_space(), 10 + seed);
        made.problem.objectives.pop_back();  // accuracy alone
        const auto mean_of_last = [&](const std::string& job) {
            const auto strategy = strategy_from(job)(made.problem, seed);
            const auto trials = run(*strategy, made.space(), 250, [&](Trial& trial) {
                trial.values = {{"top1", 50 + 40 * made.quality(trial.architecture.encoding)}};
            });
            double mean = 0;
            for (std::size_t i = 200; i < 250; ++i) mean += made.quality(trials[i].architecture.encoding) / 50;
            return mean;
        };
        CAPTURE(algorithm, seed);
        const double random = mean_of_last(R"({"name": "random"})");
        const double learned = mean_of_last(R"({"name": "reinforce", "algorithm": ")" + algorithm + R"("})");
        CHECK(random < 0.65);
        CHECK(learned > random + 0.25);
    }
}

TEST_CASE("The hard reward's samples gather under the target, the soft one's lie on both sides", "[long]") {
    // MnasNet, figure 6.
    constexpr int seeds = 5;
    double soft_under = 0;
    double hard_under = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        MadeProblem made(small_space(), 20 + seed);
        // What half of the space keeps under, so that neither side is the rule.
        Rng rng(seed);
        std::vector<double> latencies;
        for (int i = 0; i < 401; ++i) latencies.push_back(made.latency(made.problem.feasible->sample(rng)));
        std::nth_element(latencies.begin(), latencies.begin() + 200, latencies.end());
        const double target = latencies[200];
        made.problem.objectives[1].target = target;
        const auto soft = run_traded(made, R"({"name": "reinforce", "reward": "soft"})", seed, 250);
        const auto hard = run_traded(made, R"({"name": "reinforce", "reward": "hard"})", seed, 250);
        const double soft_share = share_under(made, soft, 0, target);
        const double hard_share = share_under(made, hard, 150, target);
        CAPTURE(seed, soft_share, hard_share);
        soft_under += soft_share / seeds;
        hard_under += hard_share / seeds;
    }
    CAPTURE(soft_under, hard_under);
    CHECK(soft_under > 0.1);
    CHECK(soft_under < hard_under - 0.2);
    CHECK(hard_under > 0.8);
}

TEST_CASE("A sweep keeps the samples of its goals apart", "[long]") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const MadeProblem made(small_space(), 30 + seed);
        const auto swept = run_traded(made, R"({"name": "reinforce"})", seed, 300);
        std::vector<double> mean(4, 0.0);
        for (std::size_t i = 200; i < 300; ++i) mean[i % 4] += made.latency(swept[i].architecture.encoding) / 25;
        CAPTURE(seed, mean);
        CHECK(mean[0] < 1.8);
        CHECK(mean[3] > mean[0] + 0.3);
    }
}

TEST_CASE("A sweep covers more of the front than random", "[long]") {
    // In a space of 10^10: where random's draws nearly fill the front, nothing can cover much more.
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const MadeProblem made(SearchSpace::load(source("configs/spaces/mnasnet-28.json")), 30 + seed);
        const auto swept = run_traded(made, R"({"name": "reinforce"})", seed, 300);
        const auto random = run_traded(made, R"({"name": "random"})", seed, 300);
        CAPTURE(seed);
        const auto volume = [](const std::vector<Trial>& trials) {
            std::vector<Point> points;
            for (const auto& trial : trials)
                points.push_back({-trial.values.at("top1"), trial.values.at("latency@made")});
            return hypervolume(points, {-55, 4});
        };
        CHECK(volume(swept) > 1.02 * volume(random));
    }
}

TEST_CASE("A policy that a model teaches between the evaluations covers more of the front") {
    const MadeProblem made(small_space(), 34);
    const auto volume = [&](const std::string& job) {
        std::vector<Point> points;
        for (const auto& trial : run_traded(made, job, 2, 60))
            points.push_back({-trial.values.at("top1"), trial.values.at("latency@made")});
        return hypervolume(points, {-55, 4});
    };
    CHECK(volume(R"({"name": "reinforce", "imagined": 24})") > volume(R"({"name": "reinforce"})"));
}
