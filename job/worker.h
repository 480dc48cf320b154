#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <set>
#include <stop_token>
#include <string>

#include "study/work_queue.h"

namespace hwnas {

struct WorkerOptions {
    std::string store;             ///< its address
    std::string study;             ///< its name; empty: any of the store
    std::set<std::string> has;     ///< tags of what trials may need
    std::filesystem::path folder;  ///< where jobs' files are here; empty: where their searches have them
    std::string job;               ///< the scheduler's name for this worker
    bool trials = true;            ///< evaluate these, beside measuring devices
    bool once = false;             ///< leave after one trial or device, or where there is none
    double idle_seconds = 0;       ///< leave after so long without work; 0: never
    std::chrono::duration<double> lease{90};
    std::chrono::seconds patience{60};  ///< with a store that does not answer at first
};

/// What a worker came to.
struct WorkerOutcome {
    std::int64_t measured = 0;  ///< devices
    std::int64_t complete = 0;
    std::int64_t failed = 0;
    std::int64_t lost = 0;  ///< evaluated, but somebody else had the trial by then
    bool stopped = false;   ///< on request; the trial that it had is given back
};

/// Claims trials of studies that searches offer, evaluates them and makes their ends durable, one
/// after the other; before these the devices that it has and whose tables searches want. While one is evaluated its
/// claim is extended, by a thread and a connection of their own. Throws InputError where the store cannot be used, or
/// the study's job cannot be read here; RunError where the store is lost for too long.
[[nodiscard]] WorkerOutcome run_worker(const WorkerOptions& options,
                                       const std::function<void(const std::string&)>& message,
                                       const std::stop_token& stop);

}  // namespace hwnas
