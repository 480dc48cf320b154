#include <cstdlib>
#include <iostream>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/requeue.h"
#include "core/error.h"
#include "core/program_output.h"
#include "job/gpu.h"
#include "job/worker.h"
#include "study/tags.h"

namespace hwnas::cli {
namespace {

std::set<std::string> tags_from(const Options& options) {
    auto tags = tags_of(options.text("has"));
    for (const auto& tag : tags)
        if (!is_tag(tag))
            throw InputError({"--has", "tags of letters, digits and .:_-, a comma between two", "\"" + tag + "\"", ""});
    return tags;
}

/// Of the GPUs that Slurm or the user shows this process, one that no other worker has, which then
/// is the only one that its trainings see.
HeldGpu own_gpu() {
    const char* shown = std::getenv("CUDA_VISIBLE_DEVICES");
    const auto listing = run_program({"nvidia-smi", "--query-gpu=index,uuid", "--format=csv,noheader"});
    const auto gpus = visible_gpus(shown == nullptr ? std::nullopt : std::optional<std::string>(shown),
                                   listing.code == 0 ? listing.text : "");
    if (gpus.empty())
        throw InputError(
            {"--has gpu", "a GPU", "none",
             "nvidia-smi must find one, or CUDA_VISIBLE_DEVICES name one (Slurm sets it with --gres=gpu:1)"});
    auto held = hold_gpu(gpus, gpu_lock_folder());
    if (!held)
        throw RunError("--has gpu: other workers on this machine have all " + std::to_string(gpus.size()) +
                       " GPUs that this one may use; --share-gpu lets them share");
    ::setenv("CUDA_VISIBLE_DEVICES", held->name.c_str(), 1);
    return *held;
}

}  // namespace

int worker(const std::vector<std::string>& arguments) {
    Options options(
        "worker STORE [OPTIONS]",
        "Evaluates trials of searches that leave them to workers (\"evaluate\": \"workers\", or a store in\n"
        "PostgreSQL): claims one, evaluates it as its job says, makes its end durable, and goes on.\n"
        "Devices that it has (--has board:pi4) it measures for searches whose jobs say \"measured_by\".\n"
        "Any number may come and go, on any machine that has the jobs' files. On SIGTERM or SIGINT it\n"
        "gives its trial back and leaves.");
    options.positional("STORE", true);
    options.value("study", "NAME", "work on this one alone");
    options.flag("once", "leave after one trial, or at once where there is none");
    options.value("idle", "SECONDS", "leave after so long without work");
    options.value("has", "TAG,...", "what trials may need: gpu, board:pi4 ...");
    options.flag("only-measure", "measure the devices that it --has for searches, and leave trials to others");
    options.flag("share-gpu", "with --has gpu: share GPUs with other workers, instead of having one alone");
    options.value("job-folder", "FOLDER",
                  "where the job's files are on this machine, instead of where its search has them");
    options.value("lease", "SECONDS", "how long this worker may go unheard of until another one gets its trial (90)");
    options.flag("requeue", "under Slurm: back into the queue when the time is up or another job comes first");
    if (!options.parse(arguments)) return exit_done;

    WorkerOptions how;
    how.store = options.text("STORE");
    how.study = options.text("study");
    how.once = options.has("once");
    how.trials = !options.has("only-measure");
    how.idle_seconds = options.number("idle", 0, 0);
    how.has = tags_from(options);
    how.folder = options.text("job-folder");
    how.lease = std::chrono::duration<double>(options.number("lease", 90, 1));
    how.job = slurm_job();

    Interrupt interrupt;
    std::optional<HeldGpu> gpu;
    if (how.has.contains("gpu") && !options.has("share-gpu")) gpu = own_gpu();
    const auto outcome = run_worker(
        how, [](const std::string& line) { std::cerr << line << std::endl; }, interrupt.token());
    if (outcome.measured > 0)
        std::cerr << outcome.measured << (outcome.measured == 1 ? " device measured, " : " devices measured, ");
    std::cerr << outcome.complete << " complete, " << outcome.failed << " failed"
              << (outcome.lost > 0 ? ", " + std::to_string(outcome.lost) + " lost to other workers" : "") << '\n';
    if (!outcome.stopped) return exit_done;
    if (options.has("requeue"))
        if (const auto said = requeue_slurm_job(); !said.empty()) std::cerr << said << '\n';
    return exit_interrupted;
}

}  // namespace hwnas::cli
