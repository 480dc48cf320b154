#pragma once

#include <stop_token>

#include "job/job.h"
#include "job/search_run.h"

namespace hwnas {

/// Whether workers measure devices of the job.
[[nodiscard]] bool orders_tables(const Job& job);

/// Orders what the tables of these devices lack, waits until workers have measured it, and writes the tables' files.
/// What another search of the study ordered, or an earlier run, is not ordered again. The study must be in the job's
/// store. False on a stop: what is measured goes on, and into the store. Throws RunError where a device could not be
/// measured, after the others are.
[[nodiscard]] bool await_ordered_tables(const Job& job, const SearchWatcher& watcher, const std::stop_token& stop);

}  // namespace hwnas
