#include "job/search_run.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "job/ordered_tables.h"
#include "job/question.h"
#include "job/results.h"
#include "job/searched_space.h"
#include "job/version.h"
#include "job/worker.h"
#include "job/worker_job.h"
#include "search/evaluated_trial.h"
#include "search/shared_pool.h"
#include "search/worker_pool.h"
#include "study/led_study.h"
#include "study/origin.h"
#include "study/store.h"

namespace hwnas {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::shared_ptr<Study> open_for(const Job& job, StudyMode mode) {
    const std::string address = store_address(job);
    auto store = open_store(address, Access::create);
    const auto studies = store->studies();
    const bool begun =
        std::any_of(studies.begin(), studies.end(), [&](const StudyInfo& info) { return info.name == job.name; });
    // A kill may have come before the study was made: resuming then begins it.
    if (!begun) return store->create({job.name, job.source, now(), version});
    if (mode == StudyMode::fresh)
        throw InputError({address, "no study \"" + job.name + "\" yet", "one that was begun before",
                          "go on with it by --resume, or write elsewhere by --out FOLDER"});
    auto study = store->open(job.name);
    std::vector<Problem> problems;
    for (const auto& change : question_changes(question_of(study->info().job), question_of(job.source)))
        problems.push_back({address + ": " + change.pointer, change.then + ", as the study was begun", change.today,
                            "a study goes on with the question that it was begun with; start another one by --out"});
    if (problems.empty()) return study;
    throw InputError(std::move(problems));
}

std::string beginning(const Job& job, std::size_t trials_there) {
    std::string text = "searching " + store_address(job) + ": " + budget_text(job) + ", ";
    text += std::to_string(job.workers) + " at a time";
    if (job.by_workers) text += ", by workers (`hwnas worker " + store_address(job) + "`)";
    if (trials_there > 0) text += ", " + std::to_string(trials_there) + " are there";
    return text;
}

/// What to know of the weights of networks that were trained at another resolution; empty where there is nothing.
std::string resolution_advice(const Job& job) {
    if (job.categories || job.train_front || job.evaluator.name != "train") return "";
    const Json recipe = job.source["evaluator"].value("recipe", Json::object());
    const auto resolution = recipe.value("resolution", std::int64_t{0});
    if (resolution == 0 || (!job.space.chooses_resolution() && resolution == job.space.input()[1])) return "";
    return "the networks will have weights of trainings at " + std::to_string(resolution) +
           " pixels, which are poor at other resolutions: \"result\": {\"train_front\": true} trains those of the "
           "front at "
           "their own";
}

/// A limit may be new since the networks were found.
std::vector<StartingNetwork> within_limits(const std::vector<StartingNetwork>& networks, const FeasibleSet& feasible,
                                           const std::function<void(const std::string&)>& message) {
    std::vector<StartingNetwork> within;
    for (const auto& network : networks)
        if (feasible.contains(network.encoding))
            within.push_back(network);
        else if (message)
            message("starting network " + network.name + " is left out: it breaks " + feasible.limits_text());
    return within;
}

/// The lead of the job's study, as soon as nobody else has it; null on a stop.
std::shared_ptr<LedStudy> led_study(const Job& job, const SearchOptions& options, const SearchWatcher& watcher,
                                    const std::stop_token& stop) {
    constexpr std::chrono::milliseconds between{500};
    const LeadRequest request{job.name,          host_name(),    place_of(job), job.needs,
                              job.most_attempts, job.by_workers, options.lease};
    std::mutex mutex;
    std::condition_variable_any stopped;
    for (bool said = false; !stop.stop_requested(); said = true) {
        auto lead = take_lead(store_address(job), request);
        if (auto* study = std::get_if<std::shared_ptr<LedStudy>>(&lead)) return *study;
        if (!said && watcher.message)
            watcher.message("\"" + job.name + "\" is searched from " + std::get<Leader>(lead).host +
                            " already: waiting as its standby, to go on when it ends or is not heard of");
        std::unique_lock lock(mutex);
        (void)stopped.wait_for(lock, stop, between, [] { return false; });
    }
    return nullptr;
}

/// Workers in this process, until it goes.
class WorkersHere {
public:
    /// `lease`: of the search, with which they come and go.
    WorkersHere(const Job& job, std::int64_t count, std::chrono::duration<double> lease, const SearchWatcher& watcher) {
        WorkerOptions options;
        options.store = store_address(job);
        options.study = job.name;
        options.has = job.needs;
        options.lease = lease;
        for (std::int64_t i = 0; i < count; ++i)
            threads_.emplace_back([options, &watcher, this](const std::stop_token& stop) {
                try {
                    (void)run_worker(options, {}, stop);
                } catch (const std::exception& error) {
                    const std::lock_guard lock(mutex_);
                    if (watcher.message) watcher.message(std::string("a worker here ended: ") + error.what());
                }
            });
    }
    WorkersHere(const WorkersHere&) = delete;
    ~WorkersHere() {
        for (auto& thread : threads_) thread.request_stop();  // all at once; then each is waited for
    }

private:
    std::mutex mutex_;
    std::vector<std::jthread> threads_;
};

}  // namespace

std::string store_address(const Job& job) {
    return job.store.empty() ? (job.out / "study.sqlite").string() : job.store;
}

SearchOutcome run_search(const Job& job, const SearchOptions& options, const SearchWatcher& watcher,
                         const std::stop_token& stop) {
    SearchOutcome outcome;
    std::shared_ptr<Study> study;
    // What workers measure is kept with the study; a search that measures by itself begins none before it is ready.
    if (orders_tables(job)) {
        study = open_for(job, options.mode);
        if (!await_ordered_tables(job, watcher, stop)) {
            outcome.end = SearchEnd::stopped;
            return outcome;
        }
    }
    const auto searched = ready_space(job, watcher, stop);
    if (!searched) {
        outcome.end = SearchEnd::stopped;
        return outcome;
    }
    if (!study) study = open_for(job, options.mode);
    const auto in_use = study->hold(Use::search);
    std::shared_ptr<LedStudy> led;
    if (store_address(job) != "memory:") {
        study = led = led_study(job, options, watcher, stop);
        if (!led) {
            outcome.end = SearchEnd::stopped;
            return outcome;
        }
    }
    SearchProblem problem{searched->space.get(), searched->feasible.get(), job.objectives,      job.limits,
                          searched->known,       searched->network,        searched->reference, job.prior};
    ControllerSettings settings;
    settings.trials = job.trials;
    settings.full_evaluations = job.full_evaluations;
    settings.hours = job.hours;
    settings.workers = job.workers;
    settings.deterministic = job.deterministic;
    settings.repeats = job.evaluator.repeats;
    settings.inherit = job.evaluator.inherit;
    settings.seed = job.seed;
    settings.early_stopping = job.early_stopping;
    settings.front_repeats = job.front_repeats;
    if (job.with_reference && searched->reference)
        settings.reference = StartingNetwork{searched->reference_name, *searched->reference};
    settings.start = within_limits(job.start, *searched->feasible, watcher.message);
    // What walks from one network to the next begins with the one that the job names.
    if (!settings.start.empty()) problem.start = settings.start.front().encoding;
    auto strategy = job.strategy(problem, job.seed);
    const bool shared = job.by_workers && led;
    const auto evaluator = shared ? nullptr : job.evaluator.make(job);
    const auto pool = shared ? std::unique_ptr<TrialPool>(std::make_unique<SharedPool>(*led))
                             : std::make_unique<WorkerPool>(*evaluator, job.workers);
    if (watcher.message) watcher.message(beginning(job, study->trials().size()));
    if (const auto advice = resolution_advice(job); watcher.message && !advice.empty()) watcher.message(advice);
    Controller controller(problem, *strategy, *pool, *study, settings, {watcher.trial_started, watcher.trial_ended});
    {
        const WorkersHere workers(job, shared ? options.workers_here : 0, options.lease, watcher);
        outcome.end = controller.run(stop);
    }

    const auto trials = study->trials();
    outcome.front = make_front(trials, job.objectives, job.limits, reference_name_of(trials));
    std::vector<FullTraining> full;
    if (job.train_front && outcome.end != SearchEnd::stopped)
        full = train_front(job, outcome.front, watcher.message, stop);
    if (stop.stop_requested()) outcome.end = SearchEnd::stopped;
    outcome.files = write_results(job, searched->dataset, study->info(), trials, outcome.front, full, outcome.summary);
    return outcome;
}

}  // namespace hwnas
