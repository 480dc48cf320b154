#pragma once

#include <string>

namespace hwnas::cli {

/// The Slurm job that this process is, `123` or `123_4`; empty where it is none.
[[nodiscard]] std::string slurm_job();

/// Puts this process's Slurm job back into the queue, if Slurm is about to end it for its time or for
/// another job, and not because somebody cancelled it. Says what was done or why nothing was; empty where
/// this is no Slurm job.
[[nodiscard]] std::string requeue_slurm_job();

}  // namespace hwnas::cli
