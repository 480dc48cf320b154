#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "study/work_queue.h"

namespace hwnas {

/// A device's table that a search wants from a worker that has the device.
struct ProfileOrder {
    std::string study;
    std::string device;
    Json place = Json::object();     ///< what paths of the job are relative to
    std::set<std::string> needs;     ///< of the worker
    std::string content;             ///< the table so far, as its file; empty: none
    std::int64_t most_attempts = 5;  ///< claims that may come to nothing
};

/// How an order stands.
struct ProfileState {
    enum class Stage { waiting, claimed, done };
    std::string device;
    std::string needs;
    Stage stage = Stage::waiting;
    std::string content;      ///< where done: the table as far as it was kept, as its file; empty: nothing
    std::string error;        ///< why it is not whole though done
    std::string host;         ///< of whoever claimed it last
    double seconds_left = 0;  ///< of the lease, where claimed
    std::int64_t attempts = 0;
};

/// Orders of tables, as a search sees them. Both methods throw RunError.
class ProfileOrders {
public:
    virtual ~ProfileOrders() = default;
    /// Orders a table; one that is ordered already stays with whoever measures it, and one that had ended is
    /// ordered again, with what was kept of it.
    virtual void order(const ProfileOrder& order) = 0;
    /// Nothing where none was ordered. One that was claimed too often is done, with an error.
    [[nodiscard]] virtual std::optional<ProfileState> look(const std::string& study, const std::string& device) = 0;
};

/// A table that is ours to measure until the lease ends, or somebody else has it.
struct ProfileClaim {
    StudyInfo study;
    std::int64_t study_number = 0;
    Json place;
    std::string device;
    std::string content;  ///< as in the order
    std::int64_t epoch = 0;
    std::int64_t attempts = 0;
    std::string worker;
};

/// How a claim goes on once its table is kept.
enum class ProfileEnd {
    none,     ///< it is measured further
    done,     ///< whole, or given up with an error
    released  ///< somebody else may measure the rest, as if it had not been claimed
};

/// The same orders, as a worker sees them. Leases are by the store's clock. All methods may be
/// called from several threads, and throw RunError.
class ProfileQueue {
public:
    virtual ~ProfileQueue() = default;
    /// The next order that waits, or whose claim has lapsed, needs something, nothing that the worker lacks, and
    /// nothing that another order needs, of whichever study, which is being measured: a board is measured by one at a
    /// time.
    [[nodiscard]] virtual std::optional<ProfileClaim> claim(const WorkerInfo& worker, const WorkWanted& wanted) = 0;
    /// Extends the lease. False where the claim is lost.
    [[nodiscard]] virtual bool beat(const ProfileClaim& claim, std::chrono::duration<double> lease) = 0;
    /// Makes the table durable as far as it is measured. `error`: with ProfileEnd::done, why it is not whole.
    /// False, and nothing changed, where the claim is lost.
    [[nodiscard]] virtual bool keep(const ProfileClaim& claim, const std::string& content, ProfileEnd end,
                                    const std::string& error) = 0;
};

/// Of a store that several processes can use. Errors as `open_work_queue`.
[[nodiscard]] std::shared_ptr<ProfileOrders> open_profile_orders(const std::string& address);
[[nodiscard]] std::shared_ptr<ProfileQueue> open_profile_queue(const std::string& address);

/// All that a worker looks into, over one connection.
struct WorkerQueues {
    std::shared_ptr<WorkQueue> trials;
    std::shared_ptr<ProfileQueue> profiles;
};
/// As `open_work_queue`.
[[nodiscard]] WorkerQueues open_worker_queues(const std::string& address, std::chrono::seconds patience = {});

}  // namespace hwnas
