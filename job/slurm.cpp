#include "job/slurm.h"

#include <algorithm>

#include "core/text.h"
#include "job/search_run.h"
#include "study/server_address.h"
#include "study/tags.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

/// A word as a shell takes it.
std::string shell_word(const std::string& word) {
    const bool plain = !word.empty() && word.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789-_=./,:@+%") == std::string::npos;
    if (plain) return word;
    std::string text = "'";
    for (const char letter : word) text += letter == '\'' ? "'\\''" : std::string(1, letter);
    return text + "'";
}

fs::path slurm_folder(const Job& job) { return fs::absolute(job.out) / "slurm"; }

/// What both scripts begin with. `gres`: what only a worker asks for.
std::string beginning_of_script(const Job& job, const SlurmRequest& request, const std::string& name,
                                const std::string& log, const std::string& gres) {
    std::string text = "#!/bin/bash\n";
    const auto option = [&text](const std::string& words) { text += "#SBATCH " + words + "\n"; };
    option("--job-name=" + name);
    if (!request.partition.empty()) option("--partition=" + request.partition);
    option("--ntasks=1");
    if (!gres.empty()) option("--gres=" + gres);
    // The program itself gets the signal, two minutes before the end of its time or when it is pre-empted.
    option("--signal=B:TERM@120");
    option("--requeue");
    option("--open-mode=append");
    option("--output=" + (slurm_folder(job) / log).string());
    for (const auto& words : request.options) option(words);
    text += "\n";
    for (const auto& module : request.modules) text += "module load " + shell_word(module) + "\n";
    return text;
}

}  // namespace

std::set<std::string> worker_tags(const Job& job, const SlurmRequest& request) {
    auto has = job.needs;
    if (request.gres.compare(0, 3, "gpu") == 0) has.insert("gpu");
    return has;
}

std::string slurm_name(const std::string& study) {
    std::string name = "hwnas-";
    for (const char letter : study) name += is_tag(std::string(1, letter)) && letter != ':' ? letter : '_';
    return name;
}

std::string worker_script(const Job& job, const SlurmRequest& request) {
    std::string text = beginning_of_script(job, request, slurm_name(job.name), "worker-%A_%a.log", request.gres);
    // Where a site forbids that a job requeues itself, it is submitted again.
    text += "export HWNAS_RESUBMIT=" + shell_word((slurm_folder(job) / "worker.sh").string()) + "\n";
    text += "exec " + shell_word(request.program) + " worker " + shell_word(store_address(job)) + " --study " +
            shell_word(job.name) + " --requeue --idle " + number_text(request.idle_seconds) + " --lease " +
            number_text(request.lease_seconds);
    if (const auto has = worker_tags(job, request); !has.empty()) text += " --has " + tags_text(has);
    return text + "\n";
}

std::string search_script(const Job& job, const SlurmRequest& request) {
    std::string text = beginning_of_script(job, request, slurm_name(job.name) + "-search", "search-%j.log", "");
    text += "export HWNAS_RESUBMIT=" + shell_word((slurm_folder(job) / "search.sh").string()) + "\n";
    text += "cd " + shell_word(fs::current_path().string()) + "\n";
    text += "exec " + shell_word(request.program) + " search " + shell_word(request.job_file) +
            " --resume --requeue --lease " + number_text(request.search_lease_seconds);
    for (const auto& assignment : request.overrides) text += " --set " + shell_word(assignment);
    return text + "\n";
}

void check_shared_store(const Job& job, const SlurmRequest& request) {
    const auto address = store_address(job);
    if (!job.by_workers)
        throw InputError({"evaluate", "\"workers\"", "\"here\": the search evaluates its trials by itself",
                          "leave it out beside a store in PostgreSQL, or set evaluate=workers"});
    if (is_server_address(address)) return;
    const auto one_node = [](const std::string& option) {
        for (const std::string begin : {"--nodelist=", "-w"})
            if (option.compare(0, begin.size(), begin) == 0 && option.size() > begin.size())
                return option.find_first_of(",[") == std::string::npos;
        return false;
    };
    if (std::any_of(request.options.begin(), request.options.end(), one_node)) return;
    throw InputError(
        {address, "a store that several nodes can use", "a file of SQLite",
         "keep the study in PostgreSQL, by --set store=postgresql://HOST/DATABASE, or run all on one node, "
         "by -- --nodelist=NODE"});
}

}  // namespace hwnas
