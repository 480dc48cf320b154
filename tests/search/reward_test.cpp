#include "search/reward.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace hwnas;

namespace {

const std::vector<Objective> objectives{{"top1", "%", Direction::maximize, {}},
                                        {"latency@a", "ms", Direction::minimize, {}},
                                        {"latency@b", "ms", Direction::minimize, {}}};
const std::vector<Objective> two(objectives.begin(), objectives.begin() + 2);

}  // namespace

TEST_CASE("The soft reward is MnasNet's: twice the latency costs what 5 % of accuracy bring") {
    const Reward reward(two, RewardExponents::soft());
    const Goal goal{{"latency@a", 75}};
    CHECK(*reward({{"top1", 75.2}, {"latency@a", 75}}, goal) == Approx(0.752));
    CHECK(*reward({{"top1", 75.2}, {"latency@a", 150}}, goal) == Approx(0.752 * std::pow(2, -0.07)));
    // Section 3: a(1 + 5 %) (2l/T)^w is about a (l/T)^w.
    CHECK(*reward({{"top1", 50 * 1.05}, {"latency@a", 150}}, goal) ==
          Approx(*reward({{"top1", 50}, {"latency@a", 75}}, goal)).epsilon(0.002));
    CHECK(*reward({{"top1", 50}, {"latency@a", 30}}, goal) > *reward({{"top1", 50}, {"latency@a", 75}}, goal));
}

TEST_CASE("The hard reward is accuracy alone up to the target, and accuracy x T / LAT above it") {
    const Reward reward(two, RewardExponents::hard());
    const Goal goal{{"latency@a", 10}};
    CHECK(*reward({{"top1", 80}, {"latency@a", 1}}, goal) == Approx(0.8));
    CHECK(*reward({{"top1", 80}, {"latency@a", 10}}, goal) == Approx(0.8));
    CHECK(*reward({{"top1", 80}, {"latency@a", 20}}, goal) == Approx(0.4));
}

TEST_CASE("Exponents are free on both sides of the target") {
    const Reward reward(two, RewardExponents{-0.5, -2});
    const Goal goal{{"latency@a", 4}};
    CHECK(*reward({{"top1", 100}, {"latency@a", 1}}, goal) == Approx(2));
    CHECK(*reward({{"top1", 100}, {"latency@a", 8}}, goal) == Approx(0.25));
}

TEST_CASE("Each minimised objective with a target brings its factor") {
    const Reward reward(objectives, RewardExponents::hard());
    const Goal goal{{"latency@a", 1}, {"latency@b", 2}};
    CHECK(*reward({{"top1", 100}, {"latency@a", 2}, {"latency@b", 8}}, goal) == Approx(0.125));
}

TEST_CASE("A minimised objective without a target counts softly") {
    const Reward reward(two, RewardExponents::hard());
    CHECK(*reward({{"top1", 100}, {"latency@a", 2}}, {}) == Approx(std::pow(2, -0.07)));
}

TEST_CASE("Accuracy is a fraction: percent are divided, others taken as they are, none counts as 1") {
    const auto of = [](const std::vector<Objective>& some, std::map<std::string, double> values) {
        return *Reward(some, RewardExponents::soft())(values, {});
    };
    CHECK(of({{"score", "", Direction::maximize, {}}}, {{"score", 0.25}}) == 0.25);
    CHECK(of({{"top1", "%", Direction::maximize, {}}}, {{"top1", 25}}) == 0.25);
    CHECK(of({{"score", "", Direction::maximize, {}}}, {{"score", -3}}) == 0);
    CHECK(of({{"latency", "ms", Direction::minimize, {}}}, {{"latency", 1}}) == 1);
}

TEST_CASE("There is no reward where a figure is missing or not finite, and a finite one at zero") {
    const Reward reward(two, RewardExponents::hard());
    CHECK_FALSE(reward({{"top1", 80}}, {}));
    CHECK_FALSE(reward({{"latency@a", 1}}, {}));
    CHECK_FALSE(reward({{"top1", std::nan("")}, {"latency@a", 1}}, {}));
    CHECK(std::isfinite(*reward({{"top1", 80}, {"latency@a", 0}}, {})));
}
