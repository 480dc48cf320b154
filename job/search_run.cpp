#include "job/search_run.h"

#include <algorithm>

#include "job/question.h"
#include "job/results.h"
#include "job/searched_space.h"
#include "job/version.h"
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
    std::string text = "searching " + store_address(job) + ": ";
    if (job.trials > 0) text += std::to_string(job.trials) + " trials, ";
    text += std::to_string(job.workers) + " at a time";
    if (trials_there > 0) text += ", " + std::to_string(trials_there) + " are there";
    return text;
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

}  // namespace

std::string store_address(const Job& job) {
    return job.store.empty() ? (job.out / "study.sqlite").string() : job.store;
}

SearchOutcome run_search(const Job& job, StudyMode mode, const SearchWatcher& watcher, const std::stop_token& stop) {
    SearchOutcome outcome;
    const auto searched = ready_space(job, watcher, stop);
    if (!searched) {
        outcome.end = SearchEnd::stopped;
        return outcome;
    }
    auto study = open_for(job, mode);
    const auto in_use = study->hold(Use::search);
    SearchProblem problem{searched->space.get(), searched->feasible.get(), job.objectives,     job.limits,
                          searched->known,       searched->network,        searched->reference};
    ControllerSettings settings;
    settings.trials = job.trials;
    settings.hours = job.hours;
    settings.workers = job.workers;
    settings.deterministic = job.deterministic;
    settings.repeats = job.evaluator.repeats;
    settings.seed = job.seed;
    if (job.with_reference && searched->reference)
        settings.reference = StartingNetwork{searched->reference_name, *searched->reference};
    settings.start = within_limits(job.start, *searched->feasible, watcher.message);
    // What walks from one network to the next begins with the one that the job names.
    if (!settings.start.empty()) problem.start = settings.start.front().encoding;
    auto strategy = job.strategy(problem, job.seed);
    auto evaluator = job.evaluator.make(job);
    if (watcher.message) watcher.message(beginning(job, study->trials().size()));
    Controller controller(problem, *strategy, *evaluator, *study, settings,
                          {watcher.trial_started, watcher.trial_ended});
    outcome.end = controller.run(stop);

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
