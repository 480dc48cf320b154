#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "job/job.h"

namespace hwnas {

/// What a user asks of Slurm for a job.
struct SlurmRequest {
    std::string program;                 ///< hwnas, as the nodes find it
    std::string job_file;                ///< absolute
    std::vector<std::string> overrides;  ///< `PATH=VALUE` of the job
    std::string partition;               ///< empty: the site's default
    std::string gres;                    ///< a worker's: `gpu:1`; empty: none
    std::vector<std::string> modules;    ///< to load first
    std::vector<std::string> options;    ///< of sbatch, as the user wrote them
    double idle_seconds = 60;            ///< a worker leaves after so long without work
    double lease_seconds = 90;           ///< of a worker's claim
    double search_lease_seconds = 30;    ///< of the search's lead
};

/// The batch script of a worker, an array of which is submitted.
[[nodiscard]] std::string worker_script(const Job& job, const SlurmRequest& request);
/// The batch script of the search itself, one processor's work.
[[nodiscard]] std::string search_script(const Job& job, const SlurmRequest& request);

/// What such a worker has: what the job needs, and `gpu` where it asks for one.
[[nodiscard]] std::set<std::string> worker_tags(const Job& job, const SlurmRequest& request);

/// `hwnas-NAME`, in letters that Slurm takes; of the search `hwnas-NAME-search`.
[[nodiscard]] std::string slurm_name(const std::string& study);

/// Throws InputError where the nodes could not share the job's store: a file of SQLite, unless the options
/// name one node to run on.
void check_shared_store(const Job& job, const SlurmRequest& request);

}  // namespace hwnas
