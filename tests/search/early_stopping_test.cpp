#include "search/early_stopping.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "made_problem.h"
#include "search/controller.h"
#include "study/fidelity.h"
#include "study/store.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

const std::vector<Objective> accuracy_and_latency{{"top1", "%", Direction::maximize, {}, false, {}},
                                                  {"latency@made", "ms", Direction::minimize, {}, false, {}}};

/// A training of four epochs whose loss falls by a quarter each; its accuracy follows from the loss.
Trial training(std::int64_t number, double loss, double latency, double noise = 0) {
    Trial trial;
    trial.number = number;
    trial.state = TrialState::complete;
    trial.values = {{"top1", 100 - 20 * loss + noise}, {"latency@made", latency}};
    Json epochs = Json::array();
    for (int i = 0; i < 4; ++i) epochs.push_back({{"train_loss", loss * std::pow(0.75, i)}});
    trial.details["epochs"] = epochs;
    return trial;
}

Trial asked(std::int64_t number, double latency) {
    Trial trial;
    trial.number = number;
    trial.values = {{"latency@made", latency}};
    return trial;
}

EarlyStopping learnt(std::int64_t trainings) {
    EarlyStopping stopping({0.95, 6, 8}, accuracy_and_latency, {});
    Rng rng(3);
    for (std::int64_t i = 0; i < trainings; ++i)
        stopping.tell(
            training(i, 1 + 0.1 * static_cast<double>(i % 7), 2 + static_cast<double>(i % 3), 0.1 * rng.normal()));
    return stopping;
}

}  // namespace

TEST_CASE("trainings go to their end until enough of them are known") {
    CHECK_FALSE(learnt(5).rule(asked(9, 9)));
    CHECK(learnt(6).rule(asked(9, 9)));
}

TEST_CASE("what is needed is the best accuracy of what costs no more") {
    auto stopping = learnt(20);
    stopping.tell(training(20, 0.5, 6));
    REQUIRE(stopping.rule(asked(21, 6)));
    CHECK(stopping.rule(asked(21, 6))->needed_top1 == Approx(90));
    REQUIRE(stopping.rule(asked(21, 5.9)));
    CHECK(stopping.rule(asked(21, 5.9))->needed_top1 < 81);
    // Nothing is as cheap.
    CHECK_FALSE(stopping.rule(asked(21, 1)));
}

TEST_CASE("a training above the loss that is told would end below what is needed, as the lines have it") {
    const auto rule = learnt(20).rule(asked(21, 9));
    REQUIRE(rule);
    CHECK(rule->epochs == 4);
    REQUIRE(rule->after.size() == 3);  // after the last there is nothing to save
    for (const auto& after : rule->after) {
        const double shrunk = std::pow(0.75, static_cast<double>(after.epoch - 1));
        CAPTURE(after.epoch, after.most_train_loss / shrunk);
        CHECK(after.top1_at(1.5 * shrunk) == Approx(70).margin(0.3));
        // 95 % of a deviation of 0.1 points, from 20 trainings, are 0.17: a loss that is 0.0087 higher.
        const double enough = (100 - rule->needed_top1) / 20;
        CHECK(after.most_train_loss / shrunk > enough + 0.005);
        CHECK(after.most_train_loss / shrunk < enough + 0.014);
    }
}

TEST_CASE("every so many-th training, other budgets and what goes on from others are left alone") {
    const auto stopping = learnt(20);
    CHECK_FALSE(stopping.rule(asked(24, 9)));
    auto other = asked(25, 9);
    CHECK(stopping.rule(other));
    other.budget = {{"epochs", 1}};
    CHECK_FALSE(stopping.rule(other));
    other = asked(25, 9);
    other.parent = 3;
    CHECK_FALSE(stopping.rule(other));
}

TEST_CASE("nothing is learnt from trainings that failed or were given up, nor is it needed to be better than them") {
    EarlyStopping stopping({0.95, 6, 8}, accuracy_and_latency, {});
    for (std::int64_t i = 0; i < 20; ++i) {
        auto trial = training(i, 1 + 0.01 * static_cast<double>(i), 2);
        if (i % 2 == 0) trial.state = TrialState::failed;
        if (i % 2 == 1) trial.notes.update(fidelity_notes({0.5, 0.5}));
        stopping.tell(trial);
    }
    CHECK_FALSE(stopping.rule(asked(21, 9)));
}

TEST_CASE("a network beyond a limit is no measure for others") {
    EarlyStopping stopping({0.95, 6, 8}, accuracy_and_latency, {{"parameters", "parameters", {}, 100.0}});
    for (std::int64_t i = 0; i < 20; ++i) {
        auto trial = training(i, 1 + 0.1 * static_cast<double>(i), 2);
        trial.values["parameters"] = i < 10 ? 1000 : 10;
        stopping.tell(trial);
    }
    const auto rule = stopping.rule(asked(21, 9));
    REQUIRE(rule);
    CHECK(rule->needed_top1 == Approx(60));
}

TEST_CASE("a rule is what it was after a trial's notes") {
    const auto rule = learnt(20).rule(asked(21, 9));
    REQUIRE(rule);
    Trial trial;
    CHECK_FALSE(early_stop_of(trial));
    note_early_stop(trial, *rule);
    CHECK(to_json(*early_stop_of(trial)) == to_json(*rule));
}

namespace {

/// Trains by a formula, and gives up as it is told.
class MadeTrainings : public Evaluator {
public:
    std::map<std::string, std::string> metrics() const override { return {{"top1", "%"}}; }
    Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override {
        Rng rng(request.seed);
        const double loss = 0.4 + rng.uniform();
        Evaluation evaluation;
        Json epochs = Json::array();
        for (int epoch = 1; epoch <= 4; ++epoch) {
            if (++trained > stop_after && stop_after > 0) source.request_stop();
            if (stop.stop_requested()) throw EvaluationStopped("stopped");
            const double now = loss * std::pow(0.75, epoch - 1);
            epochs.push_back({{"train_loss", now}});
            evaluation.values["top1"] = 100 - 20 * loss;
            if (!request.early_stop) continue;
            for (const auto& after : request.early_stop->after)
                if (after.epoch == epoch && now > after.most_train_loss) {
                    evaluation.values["top1"] = after.top1_at(now);
                    evaluation.share = epoch / 4.0;
                    evaluation.details = {{"epochs", epochs}, {"given_up_after", epoch}};
                    return evaluation;
                }
        }
        evaluation.details = {{"epochs", epochs}};
        return evaluation;
    }
    std::atomic<int> trained = 0;
    int stop_after = 0;
    std::stop_source source;
};

ControllerSettings asked_of(double full_evaluations) {
    ControllerSettings settings;
    settings.trials = 0;
    settings.full_evaluations = full_evaluations;
    settings.workers = 2;
    settings.seed = 3;
    settings.early_stopping = EarlyStoppingSettings{0.95, 6, 8};
    return settings;
}

std::string texts(const std::vector<Trial>& trials) {
    std::string text;
    for (const auto& trial : trials)
        text +=
            Json{trial.number, trial.architecture.id, trial.values, trial.notes, trial.told.value_or(-1)}.dump() + "\n";
    return text;
}

}  // namespace

TEST_CASE("a search that gives up trainings makes more of them for its budget, and says which") {
    const MadeProblem made(small_space());
    MadeTrainings evaluator;
    const auto study = open_store("memory:", Access::create)->create({"made", Json::object(), 0, "test"});
    const auto strategy = strategy_from(R"({"name": "random"})")(made.problem, 3);
    REQUIRE(Controller(made.problem, *strategy, evaluator, *study, asked_of(40)).run({}) == SearchEnd::budget);
    const auto trials = study->trials();
    int given_up = 0;
    double spent = 0;
    for (const auto& trial : trials) {
        spent += fidelity_of(trial).cost;
        if (!was_given_up(trial)) continue;
        ++given_up;
        CHECK(trial.details["given_up_after"] == std::lround(4 * fidelity_of(trial).share));
        CHECK(trial.values.at("top1") < early_stop_of(trial)->needed_top1);
    }
    CAPTURE(trials.size(), given_up);
    CHECK(given_up > 10);
    CHECK(trials.size() > 50);
    // Of the last ones it was not known that they would cost less.
    CHECK(spent <= 40);
    CHECK(spent > 38);
    CHECK(evaluator.trained == std::lround(4 * spent));
}

TEST_CASE("a search that gives up trainings has the same trials where it is stopped and gone on with") {
    const MadeProblem made(small_space());
    const auto run = [&](int stop_after) {
        const auto study = open_store("memory:", Access::create)->create({"made", Json::object(), 0, "test"});
        for (int stops = 0;; ++stops) {
            REQUIRE(stops < 200);
            MadeTrainings evaluator;
            evaluator.stop_after = stop_after;
            const auto strategy = strategy_from(R"({"name": "evolution", "population": 8})")(made.problem, 3);
            Controller controller(made.problem, *strategy, evaluator, *study, asked_of(40));
            if (controller.run(evaluator.source.get_token()) == SearchEnd::budget) break;
        }
        return texts(study->trials());
    };
    CHECK(run(23) == run(0));
}
