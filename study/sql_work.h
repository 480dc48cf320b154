#pragma once

#include <memory>
#include <string>

#include "study/profile_queue.h"
#include "study/sql.h"

namespace hwnas {

/// What a worker's and a search's side of the work have in common.

/// Who is to use a database.
enum class Reach { machine, network };

/// The database at an address, which must be there; for Reach::network one that several processes can share.
/// Errors as `open_work_queue`.
[[nodiscard]] std::shared_ptr<sql::Database> open_shared_database(const std::string& address, Reach reach,
                                                                  std::chrono::seconds patience = {});

/// What is told when a trial of the study has ended.
[[nodiscard]] std::string end_topic(std::int64_t study);

/// Ends the trials whose claims have lapsed once too often, as failed.
void give_up_lapsed(sql::Session& session, const sql::Dialect& dialect, std::int64_t study);

/// A worker, for whoever asks who is there.
void tell_of_worker(sql::Session& session, const sql::Dialect& dialect, const WorkerInfo& worker);

/// Orders of a study's devices, by their names, without contents; with how often each may be claimed.
void read_profile_states(sql::Session& session, const sql::Dialect& dialect, std::int64_t study,
                         const std::function<void(ProfileState&&, std::int64_t most_attempts)>& read);

[[nodiscard]] std::shared_ptr<WorkQueue> make_work_queue(std::shared_ptr<sql::Database> database);
[[nodiscard]] std::shared_ptr<ProfileQueue> make_profile_queue(std::shared_ptr<sql::Database> database);

}  // namespace hwnas
