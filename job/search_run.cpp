#include "job/search_run.h"

#include <algorithm>

#include "core/files.h"
#include "core/text.h"
#include "job/device_tables.h"
#include "job/known_metrics.h"
#include "job/results.h"
#include "job/trainer.h"
#include "job/version.h"
#include "study/store.h"

namespace hwnas {
namespace {

/// What may change between a run and the one that goes on with it: how long it
/// lasts, how it is run and what is made of it, not the question.
Json question_of(Json job) {
    for (const char* key : {"$schema", "comment", "budget", "workers", "out", "store", "result"}) job.erase(key);
    if (job.contains("devices"))
        for (auto& device : job["devices"])
            for (const char* key : {"table", "profile_missing"}) device.erase(key);
    return job;
}

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

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
    const Json then = question_of(study->info().job);
    const Json today = question_of(job.source);
    if (then == today) return study;
    std::vector<Problem> problems;
    for (const auto& change : Json::diff(then, today)) {
        const Json::json_pointer path(change.at("path").get<std::string>());
        const auto shown = [&path](const Json& json) {
            return json.contains(path) ? shortened(json.at(path).dump(), 60) : "nothing";
        };
        problems.push_back({address + ": " + path.to_string(), shown(then) + ", as the study was begun", shown(today),
                            "a study goes on with the question that it was begun with; start another one by --out"});
    }
    throw InputError(std::move(problems));
}

std::vector<CostTable> complete_tables(const Job& job, const CompiledSpace& space, const SearchWatcher& watcher,
                                       const std::stop_token& stop) {
    std::vector<CostTable> tables;
    for (const auto& device : job.devices) {
        auto table = load_or_start_table(device.table, device.config);
        const auto missing = missing_segments(space, table).size();
        if (missing > 0 && device.profile_missing) {
            if (watcher.message)
                watcher.message("profiling " + std::to_string(missing) + " segments on " + device.name + " into " +
                                device.table.string());
            ProfileOptions options;
            options.table_path = device.table;
            options.seed = job.seed;
            if (watcher.profiling)
                options.progress = [&](const ProfileProgress& progress) { watcher.profiling(device.name, progress); };
            const auto profiled = profile_space(space, device.config, table, options, stop);
            if (watcher.message && profiled.noisy > 0)
                watcher.message(std::to_string(profiled.noisy) + " of " + std::to_string(profiled.measured) +
                                " rows stayed noisy; `hwnas profile --repeat-noisy` measures them again");
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

std::string beginning(const Job& job, std::size_t trials_there) {
    std::string text = "searching " + store_address(job) + ": ";
    if (job.trials > 0) text += std::to_string(job.trials) + " trials, ";
    text += std::to_string(job.workers) + " at a time";
    if (trials_there > 0) text += ", " + std::to_string(trials_there) + " are there";
    return text;
}

}  // namespace

std::string store_address(const Job& job) {
    return job.store.empty() ? (job.out / "study.sqlite").string() : job.store;
}

SearchOutcome run_search(const Job& job, StudyMode mode, const SearchWatcher& watcher, const std::stop_token& stop) {
    SearchOutcome outcome;
    const CompiledSpace space(job.space);
    const auto tables = complete_tables(job, space, watcher, stop);
    if (stop.stop_requested()) {
        outcome.end = SearchEnd::stopped;
        return outcome;
    }
    const KnownMetrics known(space, job, tables);
    const FeasibleNetworks feasible(space, known.bounds(job.limits));
    const auto dataset = check_dataset(job.dataset, job.space.lower(Encoding(job.space.choices().size(), 0)));

    auto study = open_for(job, mode);
    SearchProblem problem{&space, &feasible, job.objectives, job.limits, known.figures()};
    problem.network = [&space](const Encoding& encoding) { return space.space().lower(encoding); };
    if (!job.space.reference().empty()) problem.start = job.space.reference();
    auto strategy = job.strategy(problem, job.seed);
    auto evaluator = make_train_evaluator(job, job.budget, job.time_limit_seconds);
    ControllerSettings settings;
    settings.trials = job.trials;
    settings.hours = job.hours;
    settings.workers = job.workers;
    settings.deterministic = job.deterministic;
    settings.repeats = job.repeats;
    settings.seed = job.seed;
    if (job.with_reference && !job.space.reference().empty()) {
        settings.reference = job.space.reference();
        settings.reference_name = job.space.reference_name();
    }
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
    outcome.files = write_results(job, space, dataset, study->info(), trials, outcome.front, full, outcome.summary);
    return outcome;
}

}  // namespace hwnas
