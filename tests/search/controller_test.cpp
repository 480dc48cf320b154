#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "made_problem.h"
#include "search/controller.h"
#include "study/origin.h"
#include "study/store.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

/// Rates a network by its id and seed, in a time that nobody can foresee.
class MadeEvaluator : public Evaluator {
public:
    std::map<std::string, std::string> metrics() const override { return {{"top1", "%"}}; }

    Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override {
        const auto running = ++running_;
        for (auto most = most_running.load(); running > most && !most_running.compare_exchange_weak(most, running);) {
        }
        std::random_device device;
        std::this_thread::sleep_for(std::chrono::microseconds(device() % 3000));
        --running_;
        if (stop_at > 0 && ++evaluations >= stop_at) source.request_stop();
        if (stop.stop_requested()) throw EvaluationStopped("stopped");
        Rng rng(mix_seed({request.seed, seed_word(graph_id(*request.graph))}));
        if (fails && rng.below(3) == 0) throw EvaluationError("made to fail");
        Evaluation evaluation;
        evaluation.values["top1"] = 100 * rng.uniform();
        return evaluation;
    }

    bool fails = false;
    std::int64_t stop_at = 0;
    std::stop_source source;
    std::atomic<std::int64_t> evaluations = 0;
    std::atomic<std::int64_t> most_running = 0;

private:
    std::atomic<std::int64_t> running_ = 0;
};

struct Run {
    std::vector<Trial> trials;
    SearchEnd end = SearchEnd::budget;
};

std::shared_ptr<Study> fresh_study() {
    static const auto store = open_store("memory:", Access::create);
    static int count = 0;
    return store->create({"study " + std::to_string(count++), Json::object(), 0, "test"});
}

Run run_on(Study& study, const MadeProblem& made, MadeEvaluator& evaluator, ControllerSettings settings,
           const std::string& strategy = R"({"name": "reinforce", "batch": 1})") {
    settings.seed = 7;
    const auto asked = strategy_from(strategy)(made.problem, settings.seed);
    Controller controller(made.problem, *asked, evaluator, study, settings);
    Run result;
    result.end = controller.run(evaluator.source.get_token());
    result.trials = study.trials();
    return result;
}

ControllerSettings settings_of(std::int64_t trials, std::int64_t workers) {
    ControllerSettings settings;
    settings.trials = trials;
    settings.workers = workers;
    return settings;
}

/// What must not depend on timing or on interruptions.
std::string question_and_answer(const std::vector<Trial>& trials) {
    std::string text;
    for (const auto& trial : trials)
        text += Json{trial.number,           trial.architecture.id,     trial.repeat,           trial.seed,
                     to_string(trial.state), Json(trial.values).dump(), trial.told.value_or(-1)}
                    .dump() +
                "\n";
    return text;
}

}  // namespace

TEST_CASE("deterministic trials do not depend on how long each takes, with any number of workers") {
    const MadeProblem made(small_space());
    for (const std::int64_t workers : {1, 2, 4}) {
        MadeEvaluator first_evaluator, second_evaluator;
        first_evaluator.fails = second_evaluator.fails = true;
        const auto first = run_on(*fresh_study(), made, first_evaluator, settings_of(40, workers));
        const auto second = run_on(*fresh_study(), made, second_evaluator, settings_of(40, workers));
        CAPTURE(workers);
        CHECK(question_and_answer(first.trials) == question_and_answer(second.trials));
        CHECK(first_evaluator.most_running <= workers);
    }
}

TEST_CASE("as many evaluations run at once as there are workers") {
    /// Ends none before three have begun.
    class Meeting : public Evaluator {
    public:
        std::map<std::string, std::string> metrics() const override { return {{"top1", "%"}}; }
        Evaluation evaluate(const EvaluationRequest&, std::stop_token) override {
            ++begun;
            const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
            while (begun < 3 && std::chrono::steady_clock::now() < give_up)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (begun < 3) throw EvaluationError("met nobody");
            Evaluation evaluation;
            evaluation.values["top1"] = 50;
            return evaluation;
        }
        std::atomic<int> begun = 0;
    };
    const MadeProblem made(small_space());
    Meeting meeting;
    const auto study = fresh_study();
    const auto strategy = strategy_from(R"({"name": "random"})")(made.problem, 1);
    Controller controller(made.problem, *strategy, meeting, *study, settings_of(3, 3));
    CHECK(controller.run({}) == SearchEnd::budget);
    for (const auto& trial : study->trials()) CHECK(to_string(trial.state) == "complete");
}

TEST_CASE("answers that come at once are given where the search runs, and make the same trials") {
    class Instant : public MadeEvaluator {
    public:
        explicit Instant(bool at_once) : at_once_(at_once) {}
        Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override {
            {
                const std::lock_guard lock(mutex_);
                threads.insert(std::this_thread::get_id());
            }
            return MadeEvaluator::evaluate(request, std::move(stop));
        }
        bool answers_at_once() const override { return at_once_; }
        std::set<std::thread::id> threads;

    private:
        bool at_once_;
        std::mutex mutex_;
    };
    const MadeProblem made(small_space());
    for (const std::int64_t workers : {1, 3}) {
        CAPTURE(workers);
        Instant here(true), elsewhere(false);
        here.fails = elsewhere.fails = true;
        const auto first = run_on(*fresh_study(), made, here, settings_of(40, workers));
        const auto second = run_on(*fresh_study(), made, elsewhere, settings_of(40, workers));
        CHECK(here.threads == std::set{std::this_thread::get_id()});
        CHECK_FALSE(elsewhere.threads.contains(std::this_thread::get_id()));
        CHECK(question_and_answer(first.trials) == question_and_answer(second.trials));
    }
}

TEST_CASE("a search that is stopped and gone on with has the trials of one that was not") {
    const MadeProblem made(small_space());
    for (const std::int64_t workers : {1, 3}) {
        MadeEvaluator undisturbed;
        const auto whole = run_on(*fresh_study(), made, undisturbed, settings_of(40, workers));
        const auto study = fresh_study();
        int stops = 0;
        for (;; ++stops) {
            MadeEvaluator evaluator;
            evaluator.stop_at = 6;
            const auto part = run_on(*study, made, evaluator, settings_of(40, workers));
            if (part.end == SearchEnd::budget) break;
            REQUIRE(part.end == SearchEnd::stopped);
            REQUIRE(stops < 100);
        }
        CAPTURE(workers, stops);
        CHECK(stops > 3);
        CHECK(question_and_answer(study->trials()) == question_and_answer(whole.trials));
    }
}

TEST_CASE("a search that is stopped while the last of its budget are evaluated was stopped") {
    const MadeProblem made(small_space());
    MadeEvaluator evaluator;
    evaluator.stop_at = 2;
    const auto result = run_on(*fresh_study(), made, evaluator, settings_of(2, 1));
    REQUIRE(result.trials.size() == 2);
    CHECK(to_string(result.trials.back().state) == "running");
    CHECK(result.end == SearchEnd::stopped);
}

TEST_CASE("the budget counts evaluations: failed ones, but no duplicates and not the reference") {
    const MadeProblem made(small_space());
    MadeEvaluator evaluator;
    evaluator.fails = true;
    auto settings = settings_of(150, 2);
    settings.reference = StartingNetwork{"first values", Encoding(made.space().space().choices().size(), 0)};
    const auto result = run_on(*fresh_study(), made, evaluator, settings);
    std::map<TrialState, int> count;
    std::set<std::string> evaluated;
    for (const auto& trial : result.trials) {
        ++count[trial.state];
        if (trial.state == TrialState::failed) CHECK(trial.error == "made to fail");
        if (trial.state == TrialState::duplicate) {
            const auto& original = result.trials[static_cast<std::size_t>(*trial.duplicate_of)];
            CHECK(original.architecture.id == trial.architecture.id);
            CHECK(original.values == trial.values);
        } else {
            CHECK(evaluated.insert(trial.architecture.id).second);
        }
    }
    CHECK(origin_of(result.trials.front()) == Origin::reference);
    CHECK(reference_name_of(result.trials) == "first values");
    CHECK(count[TrialState::complete] + count[TrialState::failed] == 151);
    CHECK(count[TrialState::failed] > 20);
    CHECK(count[TrialState::running] == 0);
}

TEST_CASE("a space of one network ends the search with that network, and says why") {
    const MadeProblem made(single_space());
    for (const char* strategy : {R"({"name": "random"})", R"({"name": "reinforce"})"}) {
        MadeEvaluator evaluator;
        const auto result = run_on(*fresh_study(), made, evaluator, settings_of(10, 2), strategy);
        CHECK(result.end == SearchEnd::nothing_new);
        CHECK(std::count_if(result.trials.begin(), result.trials.end(),
                            [](const Trial& trial) { return trial.state == TrialState::complete; }) == 1);
    }
}

TEST_CASE("repeats are evaluations of their own, with seeds of their own") {
    const MadeProblem made(small_space());
    MadeEvaluator evaluator;
    auto settings = settings_of(12, 2);
    settings.repeats = 3;
    const auto result = run_on(*fresh_study(), made, evaluator, settings, R"({"name": "random"})");
    std::map<std::string, std::set<std::int64_t>> repeats;
    std::set<std::uint64_t> seeds;
    for (const auto& trial : result.trials) {
        repeats[trial.architecture.id].insert(trial.repeat);
        seeds.insert(trial.seed);
        CHECK(trial.seed < (std::uint64_t{1} << 53U));
    }
    for (const auto& [id, numbers] : repeats) CHECK(numbers == std::set<std::int64_t>{0, 1, 2});
    CHECK(seeds.size() == result.trials.size());
}

TEST_CASE("the last part of a budget goes into networks of the front that are not sure, and goes on after a stop") {
    const MadeProblem made(small_space());
    auto settings = settings_of(60, 2);
    settings.front_repeats = FrontRepeatsSettings{.share = 0.5};
    MadeEvaluator evaluator;
    const auto whole = run_on(*fresh_study(), made, evaluator, settings, R"({"name": "random"})");
    CHECK(whole.end == SearchEnd::budget);
    std::map<std::string, std::set<std::int64_t>> repeats;
    std::set<std::uint64_t> seeds;
    std::int64_t evaluations = 0, repeated = 0;
    for (const auto& trial : whole.trials) {
        if (trial.state == TrialState::duplicate) continue;
        const bool is_repeat = origin_of(trial) == Origin::repeat;
        CHECK(is_repeat == (trial.repeat > 0));
        if (evaluations++ < 30) CHECK_FALSE(is_repeat);
        repeated += is_repeat;
        CHECK(repeats[trial.architecture.id].insert(trial.repeat).second);
        CHECK(seeds.insert(trial.seed).second);
    }
    CHECK(evaluations == 60);
    CHECK(repeated > 15);  // the made figures are nothing but noise
    for (const auto& [id, numbers] : repeats) {
        CHECK(*numbers.rbegin() == static_cast<std::int64_t>(numbers.size()) - 1);
        CHECK(numbers.size() <= 5);
    }

    const auto study = fresh_study();
    for (const std::int64_t stop_at : {20, 17, 9}) {
        MadeEvaluator stopping;
        stopping.stop_at = stop_at;
        CHECK(run_on(*study, made, stopping, settings, R"({"name": "random"})").end == SearchEnd::stopped);
    }
    MadeEvaluator last;
    const auto resumed = run_on(*study, made, last, settings, R"({"name": "random"})");
    CHECK(question_and_answer(resumed.trials) == question_and_answer(whole.trials));
}

TEST_CASE("without determinism every evaluation is told once, but for the last ones that no question waits for") {
    const MadeProblem made(small_space());
    MadeEvaluator evaluator;
    auto settings = settings_of(60, 4);
    settings.deterministic = false;
    const auto result = run_on(*fresh_study(), made, evaluator, settings);
    std::set<std::int64_t> told;
    for (const auto& trial : result.trials)
        if (trial.told) CHECK(told.insert(*trial.told).second);
    CHECK(told.size() + 4 >= result.trials.size());
    CHECK(*told.rbegin() == static_cast<std::int64_t>(told.size()) - 1);
}

TEST_CASE("a larger budget goes on from a finished study as if it had been there from the start") {
    const MadeProblem made(small_space());
    MadeEvaluator evaluator;
    const auto study = fresh_study();
    CHECK(run_on(*study, made, evaluator, settings_of(10, 3)).end == SearchEnd::budget);
    const auto more = run_on(*study, made, evaluator, settings_of(30, 3));
    const auto whole = run_on(*fresh_study(), made, evaluator, settings_of(30, 3));
    CHECK(question_and_answer(more.trials) == question_and_answer(whole.trials));
}

TEST_CASE("weights pass from parent to child where there are no networks either") {
    /// Answers with weights of its own naming, and keeps what it was handed.
    class Handing : public Evaluator {
    public:
        std::map<std::string, std::string> metrics() const override { return {{"top1", "%"}}; }
        Evaluation evaluate(const EvaluationRequest& request, std::stop_token) override {
            if (request.parent) {
                CHECK_FALSE(request.parent->graph);
                handed.push_back(request.parent->weights);
            }
            Evaluation evaluation;
            evaluation.values["top1"] = static_cast<double>(request.id);
            evaluation.weights = "weights " + std::to_string(request.id);
            return evaluation;
        }
        std::vector<std::string> handed;
    };
    MadeProblem made(small_space());
    made.problem.network = nullptr;
    made.problem.objectives.resize(1);
    Handing handing;
    const auto study = fresh_study();
    const auto strategy = strategy_from(R"({"name": "successive-halving"})")(made.problem, 1);
    Controller controller(made.problem, *strategy, handing, *study, settings_of(4, 1));
    CHECK(controller.run({}) == SearchEnd::budget);
    CHECK(handing.handed == std::vector<std::string>{"weights 2"});
    // What goes on is of the same network, and draws otherwise.
    const auto trials = study->trials();
    CHECK(trials[3].parent == 2);
    CHECK(trials[3].architecture.id == trials[2].architecture.id);
    CHECK(trials[3].seed == evaluation_seed(trials[2].seed, trials[2].architecture.id, 0));
    CHECK(trials[3].seed != trials[2].seed);
}

TEST_CASE("with inheritance a network starts from the told one that is the most like it, and is asked for once") {
    /// Answers with weights, but for every fifth network, which fails.
    class Weighing : public Evaluator {
    public:
        std::map<std::string, std::string> metrics() const override { return {{"top1", "%"}}; }
        Evaluation evaluate(const EvaluationRequest& request, std::stop_token) override {
            if (request.id % 5 == 4) throw EvaluationError("made to fail");
            Evaluation evaluation;
            evaluation.values["top1"] = static_cast<double>(request.id % 7);
            evaluation.weights = "weights " + std::to_string(request.id);
            return evaluation;
        }
    };
    MadeProblem made(small_space());
    made.problem.network = nullptr;
    const auto workers = GENERATE(1, 3);
    auto settings = settings_of(60, workers);
    settings.inherit = true;
    Weighing weighing;
    const auto run = [&](Study& study) {
        const auto strategy = strategy_from(R"({"name": "evolution", "population": 8})")(made.problem, 1);
        Controller controller(made.problem, *strategy, weighing, study, settings);
        (void)controller.run({});
        return study.trials();
    };
    const auto trials = run(*fresh_study());
    CHECK_FALSE(trials[0].parent);
    const auto apart = [](const Trial& a, const Trial& b) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < a.architecture.encoding.size(); ++i)
            count += a.architecture.encoding[i] != b.architecture.encoding[i];
        return count;
    };
    std::set<std::string> asked;
    for (const auto& trial : trials) {
        INFO("trial " << trial.number);
        if (trial.state != TrialState::duplicate) CHECK(asked.insert(trial.architecture.id).second);
        if (trial.number < workers) continue;
        REQUIRE(trial.parent);
        const auto& parent = trials[static_cast<std::size_t>(*trial.parent)];
        CHECK(parent.state == TrialState::complete);
        CHECK(apart(parent, trial) > 0);
        for (std::int64_t number = 0; number <= trial.number - workers; ++number)
            if (const auto& other = trials[static_cast<std::size_t>(number)];
                other.state == TrialState::complete && apart(other, trial) > 0)
                CHECK(apart(other, trial) >= apart(parent, trial));
    }
    // The same where it was interrupted.
    const auto study = fresh_study();
    settings.trials = 20;
    (void)run(*study);
    settings.trials = 60;
    CHECK(question_and_answer(run(*study)) == question_and_answer(trials));
}
