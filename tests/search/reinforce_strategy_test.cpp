#include "search/reinforce_strategy.h"
#include "study/origin.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "made_problem.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

std::vector<double> targets_of(const ReinforceStrategy& strategy, const std::string& key) {
    std::vector<double> targets;
    for (const auto& goal : strategy.goals()) targets.push_back(goal.at(key));
    return targets;
}

Trial told_trial(const MadeProblem& made, const Strategy&, std::int64_t number, const Proposal& proposal) {
    auto trial = trial_of(made.space(), number, proposal);
    trial.state = TrialState::complete;
    trial.values = {{"top1", 40 + 50 * made.quality(trial.architecture.encoding)},
                    {"latency@made", made.latency(trial.architecture.encoding)}};
    return trial;
}

}  // namespace

TEST_CASE("Notes hold the emitted tokens, their log-probabilities and the goal aimed at") {
    MadeProblem made(small_space());
    made.problem.objectives[1].target = 2.5;
    ReinforceStrategy strategy(made.problem, 3, {});
    const auto proposal = strategy.ask(0, {}).value();
    CHECK(proposal.notes.at("tokens").get<Encoding>() == proposal.encoding);
    CHECK(proposal.notes.at("targets") == Json{{"latency@made", 2.5}});
    const auto log_probabilities = proposal.notes.at("log_probabilities").get<std::vector<double>>();
    const auto& choices = made.space().space().choices();
    REQUIRE(log_probabilities.size() == choices.size());
    for (std::size_t i = 0; i < choices.size(); ++i) {
        CHECK(log_probabilities[i] <= 0);
        if (choices[i].values.size() == 1) CHECK(log_probabilities[i] == 0);
    }
    CHECK(std::accumulate(log_probabilities.begin(), log_probabilities.end(), 0.0) < -3);
}

TEST_CASE("A target of the job is the only goal; without one, known figures are swept") {
    MadeProblem made(small_space());
    const ReinforceStrategy swept(made.problem, 1, {});
    const auto targets = targets_of(swept, "latency@made");
    REQUIRE(targets.size() == 4);
    CHECK(targets.front() == Approx(std::pow(4, 0.25)));
    CHECK(targets.back() == Approx(4));
    CHECK(std::is_sorted(targets.begin(), targets.end()));

    made.problem.objectives[1].target = 2.5;
    CHECK(targets_of(ReinforceStrategy(made.problem, 1, {}), "latency@made") == std::vector<double>{2.5});
}

TEST_CASE("There is no sweep under a reward that ignores targets, nor over what is not known") {
    MadeProblem made(small_space());
    ReinforceOptions soft;
    soft.reward = RewardExponents::soft();
    CHECK(ReinforceStrategy(made.problem, 1, soft).goals() == std::vector<Goal>{{}});
    made.problem.known.clear();
    CHECK(ReinforceStrategy(made.problem, 1, {}).goals() == std::vector<Goal>{{}});
}

TEST_CASE("Listed targets are aimed at in turn, beside those of other objectives") {
    MadeProblem made(small_space());
    made.problem.objectives.push_back({"parameters", "parameters", Direction::minimize, 5000.0});
    ReinforceOptions options;
    options.targets["latency@made"] = {1.5, 3};
    ReinforceStrategy strategy(made.problem, 1, options);
    CHECK(targets_of(strategy, "latency@made") == std::vector<double>{1.5, 3});
    CHECK(targets_of(strategy, "parameters") == std::vector<double>{5000, 5000});
    for (std::int64_t number = 0; number < 4; ++number) CHECK(strategy.ask(number, {})->notes.at("goal") == number % 2);
}

TEST_CASE("The policy moves when a batch is full, not before") {
    MadeProblem made(small_space());
    ReinforceOptions options;
    options.batch = 4;
    ReinforceStrategy strategy(made.problem, 2, options);
    const auto before = strategy.policy().parameters();
    for (std::int64_t number = 0; number < 4; ++number) {
        CHECK(strategy.policy().parameters() == before);
        strategy.tell(told_trial(made, strategy, number, *strategy.ask(number, {})));
    }
    CHECK(strategy.policy().parameters() != before);
}

TEST_CASE("Failures count once there is something to compare them with, duplicates always") {
    const MadeProblem made(small_space());
    ReinforceOptions options;
    options.batch = 2;
    options.swept_targets = 1;
    const auto moved_by = [&](const std::vector<TrialState>& states) {
        ReinforceStrategy strategy(made.problem, 2, options);
        const auto before = strategy.policy().parameters();
        for (std::size_t i = 0; i < states.size(); ++i) {
            const auto number = static_cast<std::int64_t>(i);
            auto trial = told_trial(made, strategy, number, *strategy.ask(number, {}));
            trial.state = states[i];
            if (states[i] == TrialState::failed) trial.values.clear();
            strategy.tell(trial);
        }
        return strategy.policy().parameters() != before;
    };
    using enum TrialState;
    CHECK_FALSE(moved_by({failed, failed, failed, complete}));
    CHECK(moved_by({complete, failed}));
    CHECK(moved_by({complete, duplicate}));
    CHECK(moved_by({failed, complete, complete}));
}

TEST_CASE("A starting network that earns more than what is drawn is drawn towards, one that earns less is not") {
    const MadeProblem made(small_space());
    ReinforceOptions options;
    options.swept_targets = 1;
    options.batch = 8;
    const auto gain = [&](double top1) {
        ReinforceStrategy strategy(made.problem, 5, options);
        Encoding start;  // the second value where there is one
        for (const auto& choice : made.space().space().choices()) start.push_back(choice.values.size() > 1 ? 1 : 0);
        const auto log_probability = [&] {
            LstmPolicy::Draw draw(strategy.policy(), 0);
            for (std::size_t i = 0; i < start.size(); ++i) {
                const auto prefix = std::span(start).first(i);
                draw.take(i, made.problem.feasible->allowed(prefix), start[i]);
            }
            double sum = 0;
            for (const double value : draw.log_probabilities()) sum += value;
            return sum;
        };
        const double before = log_probability();
        for (std::int64_t number = 0; number < 8; ++number) {
            auto trial = told_trial(made, strategy, number, *strategy.ask(number, {}));
            trial.values = {{"top1", number == 7 ? top1 : 50.0 + static_cast<double>(number % 2)}, {"latency@made", 1}};
            if (number == 7) {
                trial.architecture.encoding = start;
                trial.notes = origin_notes(Origin::start, "known");
            }
            strategy.tell(trial);
        }
        return log_probability() - before;
    };
    CHECK(gain(90) > 0);
    CHECK(gain(10) < 0);
}

TEST_CASE("A choice that fails is left, as one that scores badly would be") {
    const MadeProblem made(small_space());
    ReinforceOptions options;
    options.swept_targets = 1;
    ReinforceStrategy strategy(made.problem, 4, options);
    // The first value of the first choice always fails; all others are alike but for a little noise.
    Rng noise(1);
    const auto trials = run(strategy, made.space(), 200, [&](Trial& trial) {
        if (trial.architecture.encoding[0] == 0)
            trial.state = TrialState::failed;
        else
            trial.values = {{"top1", 50 + noise.normal()}, {"latency@made", 1}};
    });
    const auto failures = [&](std::size_t from, std::size_t to) {
        int count = 0;
        for (std::size_t i = from; i < to; ++i) count += trials[i].state == TrialState::failed ? 1 : 0;
        return count;
    };
    CHECK(failures(0, 50) > failures(150, 200));
    CHECK(failures(150, 200) <= 1);
}

TEST_CASE("Equal rewards leave PPO's policy where the entropy bonus holds it: near uniform") {
    const MadeProblem made(small_space());
    ReinforceStrategy strategy(made.problem, 5, {});
    run(strategy, made.space(), 200, [&](Trial& trial) { trial.values = {{"top1", 50}, {"latency@made", 1}}; });
    std::set<Encoding> seen;
    for (std::int64_t number = 1000; number < 1100; ++number) seen.insert(strategy.ask(number, {})->encoding);
    CHECK(seen.size() > 90);
}
