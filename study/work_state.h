#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/led_study.h"
#include "study/profile_queue.h"

namespace hwnas {

/// A trial that workers have, or wait for.
struct OpenTask {
    std::int64_t trial = 0;
    std::string needs;
    bool claimed = false;
    double seconds_left = 0;    ///< of the lease, where claimed
    std::int64_t attempts = 0;  ///< that count
    std::int64_t most_attempts = 0;
    std::string host;    ///< of whoever claimed it last
    std::string worker;  ///< the same
};

struct SeenWorker {
    std::string id;
    std::string host;
    std::string has;
    std::string job;
    double seconds_since_seen = 0;
    std::int64_t done = 0;  ///< evaluations
};

/// What goes on in a study that workers evaluate.
struct WorkState {
    std::vector<OpenTask> tasks;         ///< by number
    std::vector<ProfileState> profiles;  ///< that were ordered, by device, without what was measured
    std::optional<Leader> leader;
    std::map<std::string, std::int64_t> trials;  ///< how many, by state
    std::int64_t ended_lately = 0;               ///< complete or failed within the last ten minutes
    double lately_seconds = 0;                   ///< how long that was, from the first of them
};

/// Errors as `open_store`.
[[nodiscard]] WorkState read_work_state(const std::string& address, const std::string& study);
/// Of the whole store, those seen within that time, the latest first. A scheduler's job that came back after its time
/// was up is one worker: as it is now, with all that it has done within that time.
[[nodiscard]] std::vector<SeenWorker> seen_workers(const std::string& address, std::chrono::duration<double> within);

}  // namespace hwnas
