#include <algorithm>
#include <condition_variable>
#include <iostream>
#include <mutex>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/slurm_command.h"
#include "core/error.h"
#include "core/files.h"
#include "core/program_output.h"
#include "job/programs.h"
#include "job/search_run.h"
#include "job/slurm.h"
#include "job/slurm_follow.h"
#include "study/tags.h"
#include "study/work_state.h"

namespace hwnas::cli {
namespace {

using std::chrono::steady_clock;

/// Jobs of this user by that name that run or wait; one that is being requeued is COMPLETING for a moment.
std::int64_t jobs_there(const std::string& name) {
    const auto listed = run_program({"squeue", "--noheader", "--me", "--array", "--format=%T", "--name=" + name,
                                     "--states=PENDING,CONFIGURING,RUNNING,COMPLETING,SUSPENDED"});
    if (listed.code != 0) throw RunError("squeue: " + listed.text);
    return std::count(listed.text.begin(), listed.text.end(), '\n');
}

std::string submitted(const std::vector<std::string>& options, const std::filesystem::path& script) {
    std::vector<std::string> command{"sbatch", "--parsable"};
    command.insert(command.end(), options.begin(), options.end());
    command.push_back(script.string());
    const auto said = run_program(command);
    if (said.code != 0) throw RunError("sbatch: " + said.text);
    return said.text.substr(0, said.text.find_first_of(";\n"));
}

class Submission {
public:
    Submission(const Job& job, const SlurmRequest& request, const FollowSettings& settings)
        : job_(&job),
          has_(worker_tags(job, request)),
          settings_(settings),
          follower_(settings),
          folder_(std::filesystem::absolute(job.out) / "slurm") {
        write_file_durably(folder_ / "worker.sh", worker_script(job, request));
        write_file_durably(folder_ / "search.sh", search_script(job, request));
    }

    void search() const {
        if (searching()) {
            std::cout << "the search is in Slurm's queue already\n";
            return;
        }
        std::cout << "search: Slurm job " << submitted({}, folder_ / "search.sh") << '\n';
    }

    /// As many workers as there is work for; before the search has begun, as there is going to be.
    void workers() {
        const auto seen = view();
        const auto likely = job_->trials > 0 ? std::min(job_->workers, job_->trials) : job_->workers;
        const auto more = workers_to_add(settings_.most, seen.begun ? seen.open_tasks : likely, seen.workers);
        submit_workers(more, seen.workers);
        follower_.added(seen, more);
    }

    /// Adds workers as trials open, until the search is over; then those that still wait in Slurm's queue are taken
    /// out of it.
    void follow(const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::string told;
        while (!stop.stop_requested()) {
            try {
                const auto seen = view();
                const auto now = std::chrono::duration<double>(steady_clock::now().time_since_epoch()).count();
                const auto step = follower_.next(seen, now);
                if (!step.message.empty()) std::cout << step.message << std::endl;
                if (step.over) return finish();
                submit_workers(step.add, seen.workers);
                told.clear();
            } catch (const std::exception& error) {
                // The database's server or Slurm's controller may be away for a while.
                if (told != error.what()) std::cerr << error.what() << "\ntrying again" << std::endl;
                told = error.what();
            }
            std::unique_lock lock(mutex);
            (void)stopped.wait_for(lock, stop, std::chrono::duration<double>(settings_.seconds_between),
                                   [] { return false; });
        }
    }

private:
    [[nodiscard]] bool searching() const { return jobs_there(slurm_name(job_->name) + "-search") > 0; }

    [[nodiscard]] ClusterView view() const {
        ClusterView seen;
        // Before the study is looked at: what is over then was not in the queue a moment ago.
        seen.workers = jobs_there(slurm_name(job_->name));
        seen.search_queued = searching();
        const auto address = store_address(*job_);
        const auto infos = open_store(address, Access::existing)->studies();
        if (std::none_of(infos.begin(), infos.end(), [&](const auto& info) { return info.name == job_->name; }))
            return seen;
        const auto state = read_work_state(address, job_->name);
        seen.begun = state.leader || !state.tasks.empty();
        seen.led = state.leader && state.leader->seconds_left > 0;
        seen.open_tasks = std::count_if(state.tasks.begin(), state.tasks.end(), [this](const OpenTask& task) {
            const auto needs = tags_of(task.needs);
            return std::includes(has_.begin(), has_.end(), needs.begin(), needs.end());
        });
        for (const char* ended : {"complete", "failed"})
            if (const auto count = state.trials.find(ended); count != state.trials.end())
                seen.ended_trials += count->second;
        return seen;
    }

    void submit_workers(std::int64_t more, std::int64_t there) const {
        if (more == 0) return;
        std::cout << "workers: " << more << " beside " << there << ", Slurm job "
                  << submitted({"--array=1-" + std::to_string(more)}, folder_ / "worker.sh") << std::endl;
    }

    void finish() const {
        const auto name = slurm_name(job_->name);
        const auto cancelled = run_program({"scancel", "--me", "--name=" + name, "--state=PENDING"});
        if (cancelled.code != 0) std::cerr << "scancel: " << cancelled.text << '\n';
        std::cout << "the search is over; workers that run leave when they find no work" << std::endl;
    }

    const Job* job_;
    std::set<std::string> has_;
    FollowSettings settings_;
    StudyFollower follower_;
    std::filesystem::path folder_;
};

/// What stands behind `--` is sbatch's.
std::pair<std::vector<std::string>, std::vector<std::string>> split_at_dashes(
    const std::vector<std::string>& arguments) {
    const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
    return {{arguments.begin(), dashes}, {dashes == arguments.end() ? dashes : dashes + 1, arguments.end()}};
}

}  // namespace

int slurm_submit(const std::vector<std::string>& arguments) {
    const auto [own, for_sbatch] = split_at_dashes(arguments);
    Options options(
        "slurm submit JOB.json [OPTIONS] [-- SBATCH OPTIONS]",
        "Runs a job on a cluster: submits its search as one Slurm job and its workers as an array, by scripts\n"
        "that it writes into the job's folder (OUT/slurm). The study is kept in PostgreSQL. Workers that find\n"
        "no work leave; called again, or with --follow, it adds workers up to the trials that are open.\n"
        "Options behind -- go to sbatch for both, one option a word: -- --account=me --time=4:00:00.");
    options.positional("JOB.json", true);
    options.value("partition", "NAME", "where to run");
    options.value("workers", "N", "how many at most (the job's \"workers\")");
    options.value("gres", "KIND:N", "what each worker needs: gpu:1");
    options.values("module", "NAME", "a module to load first; may stand several times");
    options.values("set", "PATH=VALUE", "override a value of the job; may stand several times");
    options.value("search", "WHERE", "job: the search is a Slurm job too; none: it runs elsewhere, by `hwnas search`");
    options.value("idle", "SECONDS", "a worker leaves after so long without work (60)");
    options.value("lease", "SECONDS", "how long a worker may go unheard of until another one gets its trial (90)");
    options.value("search-lease", "SECONDS", "how long the search may, until a standby takes over (30)");
    options.flag("follow", "stay, and add workers as trials open, until the search is over");
    options.value("every", "SECONDS", "with --follow: how often to look (10)");
    options.flag("dry-run", "print the scripts instead");
    if (!options.parse(own)) return exit_done;

    const auto file = find_config(options.text("JOB.json"));
    auto document = JsonDocument::load(file);
    for (const auto& assignment : options.texts("set")) document.override_value(assignment);
    const Job job = load_job(std::move(document));
    SlurmRequest request;
    request.program = (program_folder() / "hwnas").string();
    request.job_file = std::filesystem::absolute(file).lexically_normal().string();
    request.overrides = options.texts("set");
    request.partition = options.text("partition");
    request.gres = options.text("gres");
    request.modules = options.texts("module");
    request.options = for_sbatch;
    request.idle_seconds = options.number("idle", 60, 0);
    request.lease_seconds = options.number("lease", 90, 1);
    request.search_lease_seconds = options.number("search-lease", 30, 1);
    const bool with_search = options.text("search", "job") == "job";
    if (!with_search && options.text("search") != "none")
        throw InputError({"--search", "job or none", "\"" + options.text("search") + "\"", ""});
    check_shared_store(job, request);
    if (options.has("dry-run")) {
        std::cout << "# worker.sh\n" << worker_script(job, request);
        if (with_search) std::cout << "\n# search.sh\n" << search_script(job, request);
        return exit_done;
    }
    Interrupt interrupt;
    // Before the first worker looks into it.
    (void)open_store(store_address(job), Access::create);
    FollowSettings settings;
    settings.most = options.integer("workers", job.workers, 1, 65536);
    settings.search_elsewhere = !with_search;
    settings.trials = job.trials;
    settings.seconds_between = options.number("every", 10, 1);
    Submission submission(job, request, settings);
    if (with_search) submission.search();
    submission.workers();
    if (options.has("follow")) submission.follow(interrupt.token());
    return exit_done;
}

}  // namespace hwnas::cli
