#include "search/successive_halving_strategy.h"

#include <catch2/catch.hpp>
#include <set>

#include "search/controller.h"
#include "strategy_contract.h"
#include "study/fidelity.h"
#include "support.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

std::string problem_of(const std::string& json) {
    return input_error_of([&] { (void)strategy_from(json); });
}

std::size_t rung_of(const Trial& trial) { return trial.notes.at("rung").get<std::size_t>(); }

/// A search by hand, in which each trial's accuracy is said.
class Hand {
public:
    explicit Hand(const std::string& options, const std::string& inner = R"({"name": "random"})")
        : made_(small_space()) {
        strategy_ =
            strategy_from(R"({"name": "successive-halving", "inner": )" + inner + options + "}")(made_.problem, 3);
    }

    /// Asks; the trial is pending then. Nothing where the strategy waits.
    std::optional<Trial> ask() {
        const auto proposal = strategy_->ask(number_, pending_);
        if (!proposal) return std::nullopt;
        pending_.push_back(trial_of(made_.space(), number_++, *proposal));
        return pending_.back();
    }
    /// Tells one that is pending: an accuracy at equal latency, so that the order is that of accuracies.
    void tell(const Trial& trial, std::optional<double> top1, const std::string& weights = "kept") {
        std::erase_if(pending_, [&](const Trial& other) { return other.number == trial.number; });
        Trial told = trial;
        told.state = top1 ? TrialState::complete : TrialState::failed;
        if (top1) told.values = {{"top1", *top1}, {"latency@made", 1}};
        if (top1) told.weights = weights;
        if (!top1) told.error = "made to fail";
        strategy_->tell(told);
    }
    /// Asks, one at a time, and tells; gives the trials.
    std::vector<Trial> run(const std::vector<std::optional<double>>& accuracies) {
        std::vector<Trial> trials;
        for (const auto& top1 : accuracies) {
            trials.push_back(ask().value());
            tell(trials.back(), top1);
        }
        return trials;
    }
    Strategy& strategy() { return *strategy_; }
    MadeProblem& made() { return made_; }

private:
    MadeProblem made_;
    std::unique_ptr<Strategy> strategy_;
    std::vector<Trial> pending_;
    std::int64_t number_ = 0;
};

const std::string three_rungs = R"(, "rungs": {"epochs": [1, 3, 9]}, "reduction": 3)";

}  // namespace

TEST_CASE("Asynchronous: of each three on a rung the best one goes on, from the highest rung down") {
    Hand hand(three_rungs);
    // Three begin; the second is the best and goes on with the two epochs more.
    const auto first = hand.run({50, 70, 60});
    for (const auto& trial : first) {
        CHECK(rung_of(trial) == 0);
        CHECK(trial.budget == Json{{"epochs", 1}});
        CHECK_FALSE(trial.parent);
    }
    const auto second = hand.run({72}).front();
    CHECK(rung_of(second) == 1);
    CHECK(second.architecture.encoding == first[1].architecture.encoding);
    CHECK(second.budget == Json{{"epochs", 2}});
    CHECK(second.parent == first[1].number);
    // Of six the best two have gone on or go on: 70 has, of 55, 58 and 71 the last does.
    const auto third = hand.run({55, 58, 71});
    CHECK(rung_of(third[2]) == 0);
    const auto fourth = hand.run({80}).front();
    CHECK(rung_of(fourth) == 1);
    CHECK(fourth.architecture.encoding == third[2].architecture.encoding);
    // Nine at the bottom: 60 is the third best, whose turn it is now.
    const auto fifth = hand.run({10, 11, 12});
    const auto sixth = hand.run({66}).front();
    CHECK(sixth.parent == first[2].number);
    // Three in the middle, 72, 80 and 66: the second goes to the top.
    const auto top = hand.run({90}).front();
    CHECK(rung_of(top) == 2);
    CHECK(top.architecture.encoding == fourth.architecture.encoding);
    CHECK(top.budget == Json{{"epochs", 6}});
    CHECK(top.parent == fourth.number);
    CHECK(is_in_full(top));
    CHECK_FALSE(is_in_full(fourth));
    CHECK(fidelity_of(top).cost == Approx(6.0 / 9));
    CHECK(fidelity_of(fourth).share == Approx(3.0 / 9));
    CHECK(fidelity_of(fourth).cost == Approx(2.0 / 9));
    CHECK(rung_of(hand.ask().value()) == 0);
}

TEST_CASE("Asynchronous: it never waits, and what is under way is not asked for again") {
    Hand hand(three_rungs);
    std::vector<Trial> begun;
    for (int i = 0; i < 8; ++i) begun.push_back(hand.ask().value());
    std::set<Encoding> networks;
    for (const auto& trial : begun) networks.insert(trial.architecture.encoding);
    CHECK(networks.size() == 8);
    for (int i = 0; i < 3; ++i) hand.tell(begun[static_cast<std::size_t>(i)], 50 + i);
    const auto promoted = hand.ask().value();
    CHECK(promoted.parent == begun[2].number);
    for (int i = 0; i < 4; ++i) CHECK(rung_of(hand.ask().value()) == 0);
}

TEST_CASE("A network goes on by the front: what is dominated by none, and spread over it") {
    Hand hand(R"(, "rungs": {"epochs": [1, 4]}, "reduction": 2)");
    // Accuracy and latency: the front is a, b, c; d is dominated.
    std::vector<Trial> trials;
    const std::vector<std::pair<double, double>> figures{{60, 1.0}, {68, 1.9}, {70, 2.0}, {59, 3.0}};
    for (const auto& unused : figures) {
        (void)unused;
        trials.push_back(hand.ask().value());
    }
    for (std::size_t i = 0; i < figures.size(); ++i) {
        trials[i].state = TrialState::complete;
        trials[i].values = {{"top1", figures[i].first}, {"latency@made", figures[i].second}};
        hand.strategy().tell(trials[i]);
    }
    // The best of the first objective, then the far end of the front.
    const auto one = hand.strategy().ask(4, {}).value();
    CHECK(one.encoding == trials[2].architecture.encoding);
    const std::vector<Trial> pending{trial_of(hand.made().space(), 4, one)};
    CHECK(hand.strategy().ask(5, pending).value().encoding == trials[0].architecture.encoding);
}

TEST_CASE("Without weights, or without \"continue\", a network begins anew with all of the next rung's budget") {
    for (const bool continues : {true, false}) {
        Hand hand(three_rungs + (continues ? "" : R"(, "continue": false)"));
        Trial best;
        for (int i = 0; i < 3; ++i) {
            best = hand.ask().value();
            hand.tell(best, 50 + i, continues ? "" : "kept");
        }
        const auto next = hand.ask().value();
        CHECK(next.budget == Json{{"epochs", 3}});
        CHECK_FALSE(next.parent);
        CHECK(fidelity_of(next).cost == Approx(3.0 / 9));
    }
}

TEST_CASE("The top without weights is the plain question") {
    Hand hand(R"(, "rungs": {"epochs": [2, 8]}, "reduction": 2, "continue": false)");
    hand.run({50, 60});
    const auto top = hand.ask().value();
    CHECK(top.budget == Json::object());
    CHECK(is_in_full(top));
    CHECK(fidelity_of(top).cost == 1);
}

TEST_CASE("A failed network goes nowhere, and one whose next step failed is not tried again") {
    Hand hand(three_rungs);
    hand.run({50, std::nullopt, 60});
    // Two have ended well: none of three goes on.
    const auto third = hand.run({55}).front();
    CHECK(rung_of(third) == 0);
    const auto going = hand.ask().value();
    CHECK(rung_of(going) == 1);
    hand.tell(going, std::nullopt);
    CHECK(rung_of(hand.ask().value()) == 0);
}

TEST_CASE("A step that turns out to be known counts as its answer") {
    Hand hand(R"(, "rungs": {"epochs": [2, 8]}, "reduction": 2, "continue": false)");
    hand.run({50, 60});
    auto top = hand.ask().value();
    top.state = TrialState::duplicate;
    top.duplicate_of = 77;
    top.values = {{"top1", 65}, {"latency@made", 1}};
    hand.strategy().tell(top);
    CHECK(rung_of(trial_of(hand.made().space(), 3, hand.strategy().ask(3, {}).value())) == 0);
}

TEST_CASE("The weights are those of the trial that answered, where a network was known") {
    Hand hand(R"(, "rungs": {"epochs": [1, 2, 8]}, "reduction": 2)");
    hand.run({50, 60});
    auto middle = hand.ask().value();
    middle.state = TrialState::duplicate;
    middle.duplicate_of = 77;
    middle.weights = "kept";
    middle.values = {{"top1", 65}, {"latency@made", 1}};
    hand.strategy().tell(middle);
    hand.tell(hand.ask().value(), 40);
    hand.tell(hand.ask().value(), 41);
    const auto second = hand.ask().value();
    CHECK(rung_of(second) == 1);
    hand.tell(second, 42);
    const auto top = hand.ask().value();
    CHECK(rung_of(top) == 2);
    CHECK(top.parent == 77);
}

TEST_CASE("Synchronous: a bracket begins, waits for all, and its best go on together") {
    Hand hand(three_rungs + R"(, "synchronous": true)");
    std::vector<Trial> begun;
    for (int i = 0; i < 9; ++i) begun.push_back(hand.ask().value());
    CHECK_FALSE(hand.ask());
    for (int i = 0; i < 8; ++i) hand.tell(begun[static_cast<std::size_t>(i)], 50 + i);
    CHECK_FALSE(hand.ask());
    hand.tell(begun[8], 40);
    std::vector<Trial> middle;
    for (const std::size_t best : {7U, 6U, 5U}) {
        middle.push_back(hand.ask().value());
        CHECK(rung_of(middle.back()) == 1);
        CHECK(middle.back().parent == begun[best].number);
    }
    CHECK_FALSE(hand.ask());
    hand.tell(middle[2], 90);
    hand.tell(middle[0], 80);
    CHECK_FALSE(hand.ask());
    hand.tell(middle[1], std::nullopt);
    const auto top = hand.ask().value();
    CHECK(rung_of(top) == 2);
    CHECK(top.parent == middle[2].number);
    CHECK_FALSE(hand.ask());
    hand.tell(top, 91);
    const auto next = hand.ask().value();
    CHECK(rung_of(next) == 0);
    CHECK(next.notes.at("bracket") == 1);
}

TEST_CASE("Synchronous: a bracket of which nothing is left is followed by another") {
    Hand hand(R"(, "rungs": {"epochs": [1, 3]}, "synchronous": true, "bracket": 2)");
    hand.run({std::nullopt, std::nullopt});
    const auto next = hand.ask().value();
    CHECK(rung_of(next) == 0);
    CHECK(next.notes.at("bracket") == 1);
}

TEST_CASE("Where there is no new network the next best go on until all have been evaluated in full") {
    // A small space, which the inner strategy comes to the end of, or draws again and again.
    const auto made = [] {
        return std::make_unique<MadeProblem>(space_from(three_stages, R"({"op": ["mbconv3"], "kernel": [3, 5],
            "se_ratio": [0], "skip": ["none"], "filters": [1.0], "layers": [0]})"));
    };
    for (const char* inner : {"model-based", "random", "evolution"}) {
        const auto problem = made();
        ContractEvaluator evaluator(*problem);
        const auto strategy = std::string(R"({"name": "successive-halving", "inner": {"name": ")") + inner + "\"}}";
        const auto [end, trials] = search(strategy_from(strategy), *problem, evaluator, 1000, 2);
        CHECK(end != SearchEnd::budget);
        std::map<Encoding, std::set<std::size_t>> rungs;
        for (const auto& trial : trials)
            if (trial.state == TrialState::complete) rungs[trial.architecture.encoding].insert(rung_of(trial));
        CAPTURE(inner);
        CHECK(rungs.size() == 8);
        for (const auto& [encoding, reached] : rungs) CHECK(reached == std::set<std::size_t>{0, 1, 2});
    }
}

TEST_CASE("The inner strategy asks as it would alone while no network has gone on") {
    Hand with(R"(, "rungs": {"epochs": [1, 9]}, "reduction": 50)", R"({"name": "evolution", "population": 4})");
    const auto alone = strategy_from(R"({"name": "evolution", "population": 4})")(with.made().problem, 3);
    for (std::int64_t number = 0; number < 40; ++number) {
        const auto trial = with.ask().value();
        const double top1 = 40 + 50 * with.made().quality(trial.architecture.encoding);
        with.tell(trial, top1);
        const auto proposal = alone->ask(number, {}).value();
        CHECK(with.made().space().canonical(proposal.encoding) == trial.architecture.encoding);
        auto heard = trial_of(with.made().space(), number, proposal);
        heard.state = TrialState::complete;
        heard.values = {{"top1", top1}, {"latency@made", 1}};
        alone->tell(heard);
    }
}

TEST_CASE("The inner strategy hears of all again, on the scale of the whole budget, once more is known") {
    const std::string evolution = R"({"name": "evolution", "population": 2})";
    Hand hand(R"(, "rungs": {"epochs": [1, 9]}, "reduction": 2)", evolution);
    const auto& space = hand.made().space();
    Trial foreign = trial_of(space, 100, {Encoding(space.space().choices().size(), 0), Json::object()});
    foreign.state = TrialState::complete;
    foreign.values = {{"top1", 95}, {"latency@made", 1}};
    hand.strategy().tell(foreign);
    // What evolution asks for alone, having heard these accuracies.
    std::vector<std::pair<Encoding, std::optional<double>>> heard;
    const auto alone = [&](std::int64_t number) {
        const auto strategy = strategy_from(evolution)(hand.made().problem, 3);
        for (const auto& [encoding, top1] : heard) {
            auto trial = trial_of(space, 0, {encoding});
            trial.state = top1 ? TrialState::complete : TrialState::failed;
            if (top1) trial.values = {{"top1", *top1}, {"latency@made", 1}};
            strategy->tell(trial);
        }
        return space.canonical(strategy->ask(number, {}).value().encoding);
    };
    // No scale yet: the figures are the lowest rung's, and of the foreign trial none are heard.
    heard.emplace_back(foreign.architecture.encoding, std::nullopt);
    const auto first = hand.ask().value();
    CHECK(first.architecture.encoding == alone(0));
    hand.tell(first, 50);
    heard.emplace_back(first.architecture.encoding, 50);
    const auto second = hand.ask().value();
    CHECK(second.architecture.encoding == alone(1));
    hand.tell(second, 70);
    // The second goes on and gains 20: now all are brought to that scale.
    const auto top = hand.ask().value();
    CHECK(top.parent == second.number);
    hand.tell(top, 90);
    heard = {
        {foreign.architecture.encoding, 95}, {first.architecture.encoding, 70}, {second.architecture.encoding, 90}};
    const auto third = hand.ask().value();
    CHECK(third.architecture.encoding == alone(2));
    hand.tell(third, 60);
    heard.emplace_back(third.architecture.encoding, 80);
    const auto fourth = hand.ask().value();
    CHECK(fourth.architecture.encoding == alone(3));
}

TEST_CASE("Figures that the lowest rung cannot reach do not blind the inner strategy") {
    MadeProblem made(small_space());
    made.problem.objectives[0].worst = 95;
    made.problem.objectives[1].worst = 5;
    made.problem.limits = {{"top1", "%", 95.0, {}}};
    const auto strategy = strategy_from(
        R"({"name": "successive-halving", "inner": {"name": "evolution", "population": 4}})")(made.problem, 1);
    // Children of good networks have more quality than what is drawn.
    double late = 0;
    const auto trials = run(*strategy, made.space(), 200, [&](Trial& trial) { evaluate_well(made, trial); });
    for (std::size_t i = 150; i < 200; ++i) late += made.quality(trials[i].architecture.encoding) / 50;
    CHECK(late > 0.55);
}

TEST_CASE("A whole search goes on from a stop as if there had been none, with repeats too") {
    const MadeProblem made(small_space());
    for (const char* job :
         {R"({"name": "successive-halving"})", R"({"name": "successive-halving", "synchronous": true})"}) {
        const auto make = strategy_from(job);
        ContractEvaluator evaluator(made);
        const auto whole = search(make, made, evaluator, 60, 3).trials;
        const auto study = open_store("memory:", Access::create)->create({"stopped", Json::object(), 0, "test"});
        for (const std::int64_t trials : {7, 20, 21, 43, 60}) (void)search(make, made, evaluator, trials, 3, {}, study);
        const auto resumed = study->trials();
        REQUIRE(resumed.size() == whole.size());
        for (std::size_t i = 0; i < whole.size(); ++i) {
            CHECK(resumed[i].architecture.id == whole[i].architecture.id);
            CHECK(resumed[i].budget == whole[i].budget);
            CHECK(resumed[i].notes == whole[i].notes);
        }
    }
}

TEST_CASE("A budget in whole evaluations counts each by its part") {
    const MadeProblem made(small_space());
    ContractEvaluator evaluator(made);
    const auto study = open_store("memory:", Access::create)->create({"whole", Json::object(), 0, "test"});
    ControllerSettings settings;
    settings.trials = 0;
    settings.full_evaluations = 5;
    const auto strategy = strategy_from(R"({"name": "successive-halving"})")(made.problem, 1);
    CHECK(Controller(made.problem, *strategy, evaluator, *study, settings).run({}) == SearchEnd::budget);
    double spent = 0;
    for (const auto& trial : study->trials()) spent += fidelity_of(trial).cost;
    CHECK(spent >= 5 - 1e-9);
    CHECK(spent < 6);
    CHECK(study->trials().size() > 15);
}

TEST_CASE("Rungs and inner strategies that make no sense are problems") {
    const auto of = [](const std::string& options) {
        return problem_of(R"({"name": "successive-halving", )" + options + "}");
    };
    CHECK(of(R"("rungs": {"steps": [10, 100]}, "inner": {"name": "reinforce", "batch": 4})").empty());
    CHECK_THAT(of(R"("rungs": {"epochs": [3]})"), Catch::Contains("/rungs/epochs"));
    CHECK_THAT(of(R"("rungs": {"epochs": [3, 3]})"),
               Catch::Contains("/rungs/epochs/1: expected more than the figure before"));
    CHECK_THAT(of(R"("rungs": {"epochs": [1, 3], "steps": [1, 3]})"),
               Catch::Contains("one key of the evaluator's budget"));
    CHECK_THAT(of(R"("rungs": {})"), Catch::Contains("one key of the evaluator's budget"));
    CHECK_THAT(of(R"("bracket": 9)"), Catch::Contains("/bracket: expected no bracket"));
    CHECK_THAT(of(R"("reduction": 1)"), Catch::Contains("/reduction"));
    CHECK_THAT(of(R"("inner": {"name": "randon"})"), Catch::Contains("did you mean \"random\"?"));
    for (const char* own : {"netadapt", "successive-halving"})
        CHECK_THAT(of(std::string(R"("inner": {"name": ")") + own + "\"}"),
                   Catch::Contains("/inner: expected a strategy without budgets of its own"));
}
