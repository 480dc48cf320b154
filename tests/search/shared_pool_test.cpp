// A search whose trials are evaluated by workers of their own, over one store file.
#include <catch2/catch.hpp>

#include <atomic>
#include <random>
#include <thread>

#include "made_problem.h"
#include "search/controller.h"
#include "search/shared_pool.h"
#include "study/work_queue.h"
#include "support.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

double made_answer(const Trial& trial) {
    Rng rng(trial.seed);  // a function of the architecture
    return 100 * rng.uniform();
}

/// Claims and answers until it is destroyed.
class MadeWorkers {
public:
    /// `pause`: how long a worker takes for a trial, in milliseconds.
    MadeWorkers(const std::string& address, int count, std::function<int(int worker, const Trial&)> pause)
        : pause_(std::move(pause)) {
        for (int worker = 0; worker < count; ++worker)
            threads_.emplace_back([this, address, worker](const std::stop_token& stop) {
                const auto queue = open_work_queue(address);
                const WorkerInfo me{"worker " + std::to_string(worker), "made", {}, ""};
                while (!stop.stop_requested()) {
                    const auto claim = queue->claim(me, {});
                    if (!claim) {
                        std::this_thread::sleep_for(std::chrono::milliseconds(1));
                        continue;
                    }
                    std::this_thread::sleep_for(std::chrono::milliseconds(pause_(worker, claim->trial)));
                    auto ended = claim->trial;
                    ended.state = TrialState::complete;
                    ended.host = me.id;
                    ended.values["top1"] = made_answer(ended);
                    (void)queue->complete(*claim, ended);
                }
            });
    }
    ~MadeWorkers() {
        for (auto& thread : threads_) thread.request_stop();
    }

private:
    std::function<int(int, const Trial&)> pause_;
    std::vector<std::jthread> threads_;
};

struct SharedStudy {
    TemporaryFolder folder;
    std::string address = (folder.path() / "study.sqlite").string();
    SharedStudy() { (void)open_store(address, Access::create)->create({"made", Json::object(), 0, "test"}); }

    [[nodiscard]] std::shared_ptr<LedStudy> lead() const {
        LeadRequest request;
        request.study = "made";
        auto lead = take_lead(address, request);
        return std::get<std::shared_ptr<LedStudy>>(lead);
    }
};

ControllerSettings asked(std::int64_t trials, std::int64_t workers, bool deterministic = true) {
    ControllerSettings settings;
    settings.trials = trials;
    settings.workers = workers;
    settings.deterministic = deterministic;
    settings.seed = 7;
    return settings;
}

SearchEnd search_shared(LedStudy& study, const MadeProblem& made, const ControllerSettings& settings,
                        const std::string& strategy, const std::stop_token& stop = {}) {
    SharedPool pool(study);
    const auto asking = strategy_from(strategy)(made.problem, settings.seed);
    return Controller(made.problem, *asking, pool, study, settings).run(stop);
}

std::string told_text(const std::vector<Trial>& trials) {
    std::string text;
    for (const auto& trial : trials)
        text += Json{trial.number,           trial.architecture.id, trial.seed,
                     to_string(trial.state), trial.values,          trial.told.value_or(-1)}
                    .dump() +
                "\n";
    return text;
}

std::string evolution() { return R"({"name": "evolution", "population": 8})"; }

int random_pause(int, const Trial&) {
    thread_local std::mt19937 random{std::random_device{}()};
    return static_cast<int>(random() % 6);
}

/// The same answers without workers.
class MadeAnswers : public Evaluator {
public:
    std::map<std::string, std::string> metrics() const override { return {{"top1", "%"}}; }
    Evaluation evaluate(const EvaluationRequest& request, std::stop_token) override {
        Trial trial;
        trial.seed = request.seed;
        Evaluation evaluation;
        evaluation.values["top1"] = made_answer(trial);
        return evaluation;
    }
};

}  // namespace

TEST_CASE("trials by workers are those of one undisturbed process, whoever is quick") {
    const MadeProblem made(small_space());
    const auto settings = asked(60, 4);
    const auto local = open_store("memory:", Access::create)->create({"made", Json::object(), 0, "test"});
    MadeAnswers answers;
    const auto strategy = strategy_from(evolution())(made.problem, settings.seed);
    Controller(made.problem, *strategy, answers, *local, settings).run({});

    const SharedStudy shared;
    const auto study = shared.lead();
    const MadeWorkers workers(shared.address, 6, random_pause);
    CHECK(search_shared(*study, made, settings, evolution()) == SearchEnd::budget);
    CHECK(told_text(study->trials()) == told_text(local->trials()));
}

TEST_CASE("a search that is stopped leaves its trials to its workers, and the next one takes up what they found") {
    const MadeProblem made(small_space());
    const auto settings = asked(60, 4);
    const SharedStudy undisturbed;
    {
        const auto study = undisturbed.lead();
        const MadeWorkers workers(undisturbed.address, 4, random_pause);
        CHECK(search_shared(*study, made, settings, evolution()) == SearchEnd::budget);
    }
    const SharedStudy shared;
    std::atomic<int> claimed = 0;
    const MadeWorkers workers(shared.address, 4, [&](int worker, const Trial& trial) {
        ++claimed;
        return random_pause(worker, trial);
    });
    int stops = 0;
    for (auto end = SearchEnd::stopped; end == SearchEnd::stopped; ++stops) {
        const auto study = shared.lead();
        std::stop_source stop;
        // Each search sees its workers begin a few more trials: after a time instead, a slow machine's would end
        // before it has asked for any.
        const std::jthread stopping([&, enough = claimed + 5](const std::stop_token& over) {
            while (claimed < enough && !over.stop_requested())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            stop.request_stop();
        });
        end = search_shared(*study, made, settings, evolution(), stop.get_token());
    }
    CHECK(stops > 1);
    const auto trials = shared.lead()->trials();
    CHECK(told_text(trials) == told_text(undisturbed.lead()->trials()));
}

TEST_CASE("successive halving keeps every worker busy while one of them takes far longer") {
    MadeProblem made(small_space());
    made.problem.objectives.resize(1);
    const SharedStudy shared;
    const auto study = shared.lead();
    std::atomic<int> by_slow = 0, by_others = 0;
    const MadeWorkers workers(shared.address, 4, [&](int worker, const Trial&) {
        ++(worker == 0 ? by_slow : by_others);
        return worker == 0 ? 1000 : 30;
    });
    const std::string halving = R"({"name": "successive-halving", "rungs": {"steps": [1, 2, 4]}})";
    CHECK(search_shared(*study, made, asked(91, 4, false), halving) == SearchEnd::budget);
    CAPTURE(by_slow, by_others);
    // Nobody waits for the slow one: while it ends one the others end many each. Where each rung waited
    // for it, all four would end equally many.
    CHECK(by_slow * 6 < by_others);
}
