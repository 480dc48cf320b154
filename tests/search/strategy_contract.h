#pragma once

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>

#include "made_problem.h"
#include "search/controller.h"
#include "study/origin.h"
#include "study/store.h"

/// What every strategy must hold to, whatever it does. `strategy_contract_test.cpp`
/// runs all of it over all names of the factory's table.
namespace hwnas::test {

/// The strategies as jobs would name them: each by its defaults, and those whose
/// options change how they work.
inline std::vector<std::string> strategies_under_contract() {
    std::vector<std::string> jobs;
    for (const auto& name : strategy_names()) jobs.push_back(R"({"name": ")" + name + R"("})");
    jobs.emplace_back(R"({"name": "reinforce", "algorithm": "reinforce", "batch": 3})");
    jobs.emplace_back(R"({"name": "reinforce", "reward": "hard", "targets": {"latency@made": [2, 3]}})");
    jobs.emplace_back(R"({"name": "model-based", "start": 5, "most_listed": 0, "pool": 40, "children": 20})");
    jobs.emplace_back(R"({"name": "evolution", "algorithm": "regularised", "population": 10, "tournament": 3})");
    jobs.emplace_back(R"({"name": "netadapt", "select": "accuracy-per-cost", "reduction": 0.2})");
    jobs.emplace_back(R"({"name": "netadapt", "narrow": "all-choices"})");
    jobs.emplace_back(R"({"name": "reinforce", "imagined": 6})");
    jobs.emplace_back(R"({"name": "evolution", "screened": 5})");
    jobs.emplace_back(R"({"name": "netadapt", "screened": 2})");
    jobs.emplace_back(R"({"name": "successive-halving", "synchronous": true, "inner": {"name": "evolution"}})");
    jobs.emplace_back(R"({"name": "successive-halving", "reduction": 2, "inner": {"name": "reinforce", "batch": 3}})");
    jobs.emplace_back(R"({"name": "successive-halving", "continue": false,
                          "inner": {"name": "model-based", "start": 5, "most_listed": 0, "pool": 40, "children": 20}})");
    return jobs;
}

inline void evaluate_well(const MadeProblem& made, Trial& trial) {
    trial.values = {{"top1", 40 + 50 * made.quality(trial.architecture.encoding)},
                    {"latency@made", made.latency(trial.architecture.encoding)}};
}

/// Fails every second trial.
inline void evaluate_badly(const MadeProblem& made, Trial& trial) {
    if (trial.number % 2 == 1) {
        trial.state = TrialState::failed;
        trial.error = "made to fail";
    } else {
        evaluate_well(made, trial);
    }
}

/// As a store gives it back: notes went through text.
inline Trial stored(Trial trial) {
    trial.notes = Json::parse(trial.notes.dump());
    return trial;
}

inline bool same(const std::optional<Proposal>& a, const std::optional<Proposal>& b) {
    if (!a || !b) return !a && !b;
    return a->encoding == b->encoding && a->notes == b->notes && a->budget == b->budget && a->parent == b->parent;
}

inline void require_inside(const MadeProblem& made, const Encoding& encoding) {
    const auto& choices = made.space().space().choices();
    REQUIRE(encoding.size() == choices.size());
    for (std::size_t i = 0; i < choices.size(); ++i) REQUIRE(encoding[i] < choices[i].values.size());
    REQUIRE(made.problem.feasible->contains(encoding));
}

/// Rates by the made figures; every second evaluation fails, if asked to.
class ContractEvaluator : public Evaluator {
public:
    explicit ContractEvaluator(const MadeProblem& made) : made_(&made) {}
    [[nodiscard]] std::map<std::string, std::string> metrics() const override { return {{"top1", "%"}}; }
    [[nodiscard]] Evaluation evaluate(const EvaluationRequest& request, std::stop_token) override {
        ++evaluations;
        if (fails && request.id % 2 == 1) throw EvaluationError("made to fail");
        auto document = JsonDocument::from_value(request.architecture, "made");
        const auto encoding = made_->space().space().from_json(JsonValue(document));
        Evaluation evaluation;
        evaluation.values["top1"] = 40 + 50 * made_->quality(encoding);
        return evaluation;
    }

    bool fails = false;
    std::atomic<std::int64_t> evaluations = 0;

private:
    const MadeProblem* made_;
};

struct ContractSearch {
    SearchEnd end;
    std::vector<Trial> trials;
};

/// A whole search by the controller.
inline ContractSearch search(const StrategyFactory& make, const MadeProblem& made, Evaluator& evaluator,
                             std::int64_t trials, std::int64_t workers, std::vector<StartingNetwork> start = {},
                             std::shared_ptr<Study> study = nullptr) {
    if (!study) study = open_store("memory:", Access::create)->create({"contract", Json::object(), 0, "test"});
    ControllerSettings settings;
    settings.trials = trials;
    settings.workers = workers;
    settings.seed = 14;
    settings.start = std::move(start);
    SearchProblem problem = made.problem;
    if (!settings.start.empty()) problem.start = settings.start.front().encoding;
    const auto strategy = make(problem, settings.seed);
    Controller controller(problem, *strategy, evaluator, *study, settings);
    const auto end = controller.run({});
    return {end, study->trials()};
}

/// Asking is pure: neither repeating a question nor other questions change it.
inline void check_asking_is_pure(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    const auto strategy = make(made.problem, 5);
    run(*strategy, made.space(), 20, [&](Trial& trial) { evaluate_well(made, trial); });
    const auto first = strategy->ask(20, {});
    for (std::int64_t number = 30; number > 20; --number) (void)strategy->ask(number, {});
    CHECK(same(strategy->ask(20, {}), first));
}

/// Each of some moments: a new strategy that hears the stored trials goes on as
/// the one that never stopped.
inline void check_replay_restores(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    const auto strategy = make(made.problem, 6);
    std::vector<std::optional<Proposal>> proposals;
    std::vector<Trial> told;
    for (std::int64_t number = 0; number < 40; ++number) {
        proposals.push_back(strategy->ask(number, {}));
        if (!proposals.back()) break;  // it has come to its end
        auto trial = trial_of(made.space(), number, *proposals.back());
        trial.state = TrialState::complete;
        evaluate_badly(made, trial);
        strategy->tell(trial);
        told.push_back(trial);
    }
    for (const std::size_t stop : {0U, 1U, 7U, 8U, 23U, 39U}) {
        const auto resumed = make(made.problem, 6);
        for (std::size_t i = 0; i < std::min(stop, told.size()); ++i) resumed->tell(stored(told[i]));
        for (std::size_t i = stop; i < proposals.size(); ++i) {
            CAPTURE(stop, i);
            REQUIRE(same(resumed->ask(static_cast<std::int64_t>(i), {}), proposals[i]));
            if (i < told.size()) resumed->tell(stored(told[i]));
        }
    }
}

/// For strategies that draw anything.
inline void check_seeds_differ(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    const auto one = make(made.problem, 1);
    const auto two = make(made.problem, 2);
    int differ = 0;
    for (std::int64_t number = 0; number < 10; ++number)
        differ += same(one->ask(number, {}), two->ask(number, {})) ? 0 : 1;
    CHECK(differ > 0);
}

inline void check_tight_limit_is_kept(const StrategyFactory& make) {
    MadeProblem made(small_space());
    made.limit_parameters(1.3 * made.parameters().least().value);
    const auto strategy = make(made.problem, 7);
    run(*strategy, made.space(), 60, [&](Trial& trial) {
        require_inside(made, trial.architecture.encoding);
        evaluate_well(made, trial);
    });
}

/// Several workers: questions while others run, answers in another order.
inline void check_pending_trials(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    const auto strategy = make(made.problem, 8);
    std::vector<Trial> pending;
    std::int64_t number = 0;
    for (int turn = 0; turn < 40; ++turn) {
        while (pending.size() < 4) {
            const auto proposal = strategy->ask(number, pending);
            CHECK(same(strategy->ask(number, pending), proposal));
            if (!proposal) break;  // it waits, or has come to its end
            require_inside(made, proposal->encoding);
            pending.push_back(trial_of(made.space(), number++, *proposal));
        }
        if (pending.empty()) break;
        const auto ended = pending.begin() + turn % static_cast<std::ptrdiff_t>(pending.size());
        ended->state = TrialState::complete;
        evaluate_well(made, *ended);
        strategy->tell(*ended);
        pending.erase(ended);
    }
}

/// A space of one architecture: every trial after the first is a duplicate.
inline void check_single_architecture(const StrategyFactory& make) {
    const MadeProblem made(single_space());
    const auto strategy = make(made.problem, 9);
    for (std::int64_t number = 0; number < 20; ++number) {
        const auto proposal = strategy->ask(number, {});
        if (!proposal) break;
        require_inside(made, proposal->encoding);
        auto trial = trial_of(made.space(), number, *proposal);
        trial.state = number == 0 ? TrialState::complete : TrialState::duplicate;
        if (number > 0) trial.duplicate_of = 0;
        evaluate_well(made, trial);
        strategy->tell(trial);
    }
}

inline void check_failures(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    const auto some = make(made.problem, 10);
    run(*some, made.space(), 40, [&](Trial& trial) {
        require_inside(made, trial.architecture.encoding);
        evaluate_badly(made, trial);
    });
    const auto all = make(made.problem, 10);
    run(*all, made.space(), 40, [&](Trial& trial) {
        require_inside(made, trial.architecture.encoding);
        trial.state = TrialState::failed;
    });
}

inline void check_ties(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    const auto strategy = make(made.problem, 11);
    const auto trials = run(*strategy, made.space(), 100, [&](Trial& trial) {
        require_inside(made, trial.architecture.encoding);
        trial.values = {{"top1", 50}, {"latency@made", 2}};
    });
    // Where nothing is better than anything, nothing is preferred for good.
    if (trials.size() < 100) return;  // it has come to its end
    int differ = 0;
    for (std::size_t i = 91; i < 100; ++i)
        differ += trials[i].architecture.encoding != trials[90].architecture.encoding ? 1 : 0;
    CHECK(differ > 0);
}

/// The reference on every front, another strategy's trials, and none at all.
inline void check_foreign_trials(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    const auto strategy = make(made.problem, 12);
    for (const Json& notes : {Json(nullptr), Json::object(), Json{{"origin", "reference"}}, Json{{"origin", "start"}},
                              Json{{"tokens", {1, 2}}, {"log_probabilities", {0.5, 0.5}}, {"goal", 0}},
                              Json{{"tokens", "x"}, {"log_probabilities", 3}, {"goal", -1}}}) {
        Trial trial = trial_of(made.space(), 0, {Encoding(made.space().space().choices().size(), 0), notes});
        trial.state = TrialState::complete;
        evaluate_well(made, trial);
        strategy->tell(trial);
    }
    const auto proposal = strategy->ask(1, {});
    if (proposal) require_inside(made, proposal->encoding);
}

/// A search of one evaluation makes that one, with more workers than that too.
inline void check_budget_of_one(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    for (const std::int64_t workers : {1, 3}) {
        ContractEvaluator evaluator(made);
        const auto [end, trials] = search(make, made, evaluator, 1, workers);
        CHECK(end == SearchEnd::budget);
        CHECK(evaluator.evaluations == 1);
        CHECK(trials.size() == 1);
    }
}

/// Every second evaluation fails: each is counted, and the search comes to its end.
inline void check_failing_evaluator(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    for (const std::int64_t workers : {1, 3}) {
        ContractEvaluator evaluator(made);
        evaluator.fails = true;
        const auto [end, trials] = search(make, made, evaluator, 30, workers);
        std::int64_t ended = 0;
        for (const auto& trial : trials) {
            require_inside(made, trial.architecture.encoding);
            CHECK(trial.state != TrialState::running);
            ended += trial.state != TrialState::duplicate ? 1 : 0;
        }
        CHECK((end == SearchEnd::finished || (end == SearchEnd::budget && ended == 30)));
        CHECK(evaluator.evaluations == ended);
    }
}

/// Networks that the job names come first, and the strategy goes on from there; again
/// after a stop in the midst of them.
inline void check_starting_networks(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    Rng rng(3);
    std::vector<StartingNetwork> start;
    for (int i = 0; i < 3; ++i) start.push_back({"start " + std::to_string(i), made.problem.feasible->sample(rng)});
    ContractEvaluator evaluator(made);
    const auto whole = search(make, made, evaluator, 12, 1, start).trials;
    REQUIRE(whole.size() > 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(origin_of(whole[i]) == Origin::start);
        CHECK(whole[i].architecture.encoding == made.space().canonical(start[i].encoding));
    }
    for (std::size_t i = 3; i < whole.size(); ++i) CHECK(origin_of(whole[i]) == Origin::strategy);

    const auto study = open_store("memory:", Access::create)->create({"stopped", Json::object(), 0, "test"});
    (void)search(make, made, evaluator, 2, 1, start, study);
    const auto resumed = search(make, made, evaluator, 12, 1, start, study).trials;
    REQUIRE(resumed.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        CHECK(resumed[i].architecture == whole[i].architecture);
        CHECK(resumed[i].notes == whole[i].notes);
        CHECK(resumed[i].values == whole[i].values);
    }
}

/// A bound that only something endless or quadratic misses, on slow machines too.
inline void check_hundreds_of_trials(const StrategyFactory& make) {
    const MadeProblem made(small_space());
    const auto start = std::chrono::steady_clock::now();
    const auto strategy = make(made.problem, 13);
    run(*strategy, made.space(), 200, [&](Trial& trial) { evaluate_well(made, trial); });
    for (std::int64_t number = 200; number < 400; ++number) (void)strategy->ask(number, {});
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(120));
}

}  // namespace hwnas::test
