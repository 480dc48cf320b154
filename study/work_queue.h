#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "study/store.h"
#include "study/trial.h"

namespace hwnas {

/// Who works.
struct WorkerInfo {
    std::string id;  ///< a UUID of its own: a scheduler may give a job's number again
    std::string host;
    std::set<std::string> has;  ///< tags such as `gpu`, `board:pi4`
    std::string job;            ///< the scheduler's name for it; empty without one
};

/// Which work is wanted.
struct WorkWanted {
    std::string study;             ///< its name; empty: any
    std::set<std::string> except;  ///< studies that this worker cannot evaluate
    std::chrono::duration<double> lease{90};
};

/// A trial that is ours to evaluate until the lease ends, or somebody else has it.
struct Claim {
    StudyInfo study;
    std::int64_t study_number = 0;  ///< which no later study of that name has
    Trial trial;
    std::optional<Trial> parent;  ///< the trial whose weights it starts from
    Json place;                   ///< where its search runs: {"folder", "working"}
    std::int64_t epoch = 0;       ///< of the claims of this trial, which one
    std::int64_t attempts = 0;    ///< this one included
    std::string worker;
};

/// Trials that searches offer, as a worker sees them. Leases are by the store's clock. All
/// methods may be called from several threads, and throw RunError.
class WorkQueue {
public:
    virtual ~WorkQueue() = default;
    /// The next trial that waits, or whose claim has lapsed, and needs nothing that the worker
    /// lacks. Trials that were claimed too often end here as failed.
    [[nodiscard]] virtual std::optional<Claim> claim(const WorkerInfo& worker, const WorkWanted& wanted) = 0;
    /// Extends the lease. False where the claim is lost: somebody else has the trial, or it is over.
    [[nodiscard]] virtual bool beat(const Claim& claim, std::chrono::duration<double> lease) = 0;
    /// Makes the end of the trial durable, which must be complete or failed. False, and nothing
    /// changed, where the claim is lost.
    [[nodiscard]] virtual bool complete(const Claim& claim, const Trial& ended) = 0;
    /// Gives the trial back, as if it had not been claimed. Nothing where the claim is lost.
    virtual void release(const Claim& claim) = 0;
};

/// Of a store that several processes can use: SQLite's file on a local disk of the machine that
/// all of them run on, or `postgresql://...`. For as long as `patience` a server's first connection
/// is tried, and for at most 10 s of it an empty file is taken for one that a search is just making.
/// Throws InputError as `open_store` with Access::existing, and where the store's file is on a network.
[[nodiscard]] std::shared_ptr<WorkQueue> open_work_queue(const std::string& address,
                                                         std::chrono::seconds patience = {});

}  // namespace hwnas
