#include "cli/requeue.h"

#include <cstdlib>

#include "core/program_output.h"

namespace hwnas::cli {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string without_end_of_line(std::string text) {
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
}

std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(" \n")); }

/// Why Slurm is not to be asked for the job again; empty where it runs. One that was cancelled is COMPLETING or
/// CANCELLED, one that Slurm itself requeues COMPLETING or PENDING, and one that it sends a signal to SIGNALING
/// for as long as that takes.
std::string reason_to_leave(const std::string& id) {
    const auto asked = run_program({"squeue", "--noheader", "--format=%T", "--jobs=" + id});
    if (asked.code != 0) return "squeue: " + without_end_of_line(asked.text);
    const auto state = first_word(asked.text);
    if (state == "RUNNING" || state == "SIGNALING") return {};
    return "Slurm job " + id + " is " + (state.empty() ? "gone" : state);
}

}  // namespace

std::string slurm_job() {
    const auto array = variable("SLURM_ARRAY_JOB_ID");
    return array.empty() ? variable("SLURM_JOB_ID") : array + "_" + variable("SLURM_ARRAY_TASK_ID");
}

std::string requeue_slurm_job() {
    // Not SLURM_JOB_ID: of one task in each array that is the array's own number, and all its tasks would go.
    const auto id = slurm_job();
    if (id.empty()) return {};
    if (const auto reason = reason_to_leave(id); !reason.empty()) return "not requeued: " + reason;
    const auto requeued = run_program({"scontrol", "requeue", id});
    if (requeued.code == 0) return "requeued as Slurm job " + id;
    // Somebody else may have come first; submitted as well, it would be there twice.
    if (const auto reason = reason_to_leave(id); !reason.empty()) return "not requeued: " + reason;
    const auto script = variable("HWNAS_RESUBMIT");
    if (script.empty()) return "not requeued: " + without_end_of_line(requeued.text);
    std::vector<std::string> command{"sbatch"};
    if (const auto task = variable("SLURM_ARRAY_TASK_ID"); !task.empty()) command.push_back("--array=" + task);
    command.push_back(script);
    const auto submitted = run_program(command);
    return (submitted.code == 0 ? "submitted anew: " : "neither requeued nor submitted anew: ") +
           without_end_of_line(submitted.text);
}

}  // namespace hwnas::cli
