#include <iostream>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/requeue.h"
#include "job/programs.h"
#include "job/search_run.h"
#include "report/figures.h"
#include "report/front_files.h"
#include "study/fidelity.h"
#include "study/origin.h"

namespace hwnas::cli {
namespace {

/// Tells of trials as they end, with the time that is left.
class TrialLog {
public:
    TrialLog(const Job& job, Progress& progress)
        : job_(&job), progress_(&progress), start_(std::chrono::steady_clock::now()) {}

    void ended(const Trial& trial) {
        if (trial.state == TrialState::duplicate) {
            ++duplicates_;
            return;
        }
        const bool reference = origin_of(trial) == Origin::reference;
        std::string line =
            reference ? "reference " + job_->space.reference_name() : "trial " + std::to_string(trial.number);
        if (origin_of(trial) == Origin::start) line += "  start " + trial.notes.value("name", "");
        if (origin_of(trial) == Origin::repeat) line += "  again";
        line += "  " + trial.architecture.id;
        if (trial.state == TrialState::failed) {
            line += "  failed: " + trial.error.substr(0, trial.error.find('\n'));
        } else {
            for (const auto& objective : job_->objectives)
                if (const auto found = trial.values.find(objective.key); found != trial.values.end())
                    line += "  " + label_of(objective) + " " + figure_with_unit(found->second, objective.unit);
        }
        if (!is_in_full(trial))
            line += "  by " + figure_with_unit(100 * fidelity_of(trial).share, "%") + " of the budget";
        line += "  (" + duration_text(trial.finished - trial.started) + ")";
        if (!reference) ++done_;
        progress_->say(line);
        show(trial);
    }

private:
    void show(const Trial& trial) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
        ++ended_here_;
        const auto left = job_->trials - std::max<std::int64_t>(done_, trial.number);
        if (left <= 0) return;
        progress_->show("  about " + std::to_string(left) + " of " + std::to_string(job_->trials) + " trials left, " +
                        duration_text(spent.count() / static_cast<double>(ended_here_) * static_cast<double>(left)));
    }

    const Job* job_;
    Progress* progress_;
    std::chrono::steady_clock::time_point start_;
    std::int64_t done_ = 0;
    std::int64_t ended_here_ = 0;
    std::int64_t duplicates_ = 0;
};

std::string profiling_text(const std::string& device, const ProfileProgress& progress) {
    return "  " + device + ": " + std::to_string(progress.segments - progress.segments_left) + " of " +
           std::to_string(progress.segments) + " " + progress.what + " measured, about " +
           duration_text(progress.seconds_left) + " left";
}

void override_from(JsonDocument& document, const Options& options, const char* option, const std::string& path) {
    if (options.has(option)) document.override_value(path + "=" + options.text(option));
}

/// An argument as a shell takes it.
std::string quoted(const std::string& argument) {
    const bool plain = !argument.empty() && argument.find_first_not_of(
                                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                "0123456789-_=./,:@+") == std::string::npos;
    if (plain) return argument;
    std::string text = "'";
    for (const char c : argument) text += c == '\'' ? "'\\''" : std::string(1, c);
    return text + "'";
}

std::string resume_hint(const std::vector<std::string>& arguments) {
    std::string command = "hwnas search";
    bool resume = false;
    for (const auto& argument : arguments) {
        command += " " + quoted(argument);
        resume = resume || argument == "--resume";
    }
    return command + (resume ? "" : " --resume");
}

}  // namespace

int search(const std::vector<std::string>& arguments) {
    Options options("search JOB.json [OPTIONS]",
                    "Runs the job: measures what its device tables lack, searches, and writes the Pareto front\n"
                    "(pareto.json, pareto.csv, front.svg, summary.md, networks/*.onnx) into the job's folder.");
    options.positional("JOB.json", true);
    options.values("set", "PATH=VALUE", "override a value of the job, e.g. budget.trials=50; may stand several times");
    options.flag("resume", "go on with the study that is there, or begin it");
    options.value("seed", "N", "the job's seed");
    options.value("trials", "N", "evaluations to make, those of earlier runs included");
    options.value("out", "FOLDER", "where everything is written");
    options.value("workers-here", "N", "where trials are left to `hwnas worker`s, so many of them in this process too");
    options.flag("requeue", "under Slurm: back into the queue when the time is up or another job comes first");
    options.value("lease", "SECONDS", "how long this search may go unheard of until a standby takes over (30)");
    if (!options.parse(arguments)) return exit_done;

    auto document = JsonDocument::load(find_config(options.text("JOB.json")));
    for (const auto& assignment : options.texts("set")) document.override_value(assignment);
    override_from(document, options, "seed", "seed");
    override_from(document, options, "trials", "budget.trials");
    override_from(document, options, "out", "out");
    const Job job = load_job(std::move(document));

    Interrupt interrupt;
    Progress progress;
    TrialLog log(job, progress);
    SearchWatcher watcher;
    watcher.message = [&](const std::string& message) { progress.say(message); };
    watcher.profiling = [&](const std::string& device, const ProfileProgress& state) {
        progress.show(profiling_text(device, state));
    };
    watcher.trial_ended = [&](const Trial& trial) { log.ended(trial); };
    SearchOptions how;
    how.mode = options.has("resume") ? StudyMode::resume : StudyMode::fresh;
    how.workers_here = options.integer("workers-here", 0, 0, 1024);
    if (how.workers_here > 0 && !job.by_workers)
        throw InputError({"--workers-here", "a job whose trials are left to workers", "one that evaluates by itself",
                          "its \"workers\" says how many at a time"});
    how.lease = std::chrono::duration<double>(options.number("lease", 30, 1));
    const auto outcome = run_search(job, how, watcher, interrupt.token());

    if (!outcome.files.empty()) {
        std::cout << '\n' << front_table(outcome.front, TableStyle::plain) << '\n' << outcome.summary << "\nWritten:\n";
        for (const auto& file : outcome.files) std::cout << "  " << file.string() << '\n';
        std::cout << "  " << store_address(job) << '\n';
    }
    if (outcome.end == SearchEnd::stopped) {
        std::cerr << "stopped; to go on: " << resume_hint(arguments) << '\n';
        if (options.has("requeue"))
            if (const auto said = requeue_slurm_job(); !said.empty()) std::cerr << said << '\n';
        return exit_interrupted;
    }
    if (outcome.end == SearchEnd::nothing_new)
        std::cerr << "ended early: the strategy asked for nothing but known networks\n";
    if (outcome.front.networks.empty()) {
        std::cerr << "error: no trial was completed\n";
        return exit_failed;
    }
    return exit_done;
}

}  // namespace hwnas::cli
