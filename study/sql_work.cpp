#include "study/sql_work.h"

#include <algorithm>
#include <vector>

#include "study/file_system.h"
#include "study/postgresql_database.h"
#include "study/server_address.h"
#include "study/sqlite_database.h"
#include "study/tags.h"

namespace hwnas {
namespace {

struct GivenUp {
    std::int64_t number;
    std::int64_t attempts;
    std::string worker;
    std::string host;
};

}  // namespace

std::shared_ptr<sql::Database> open_shared_database(const std::string& address, Reach reach,
                                                    std::chrono::seconds patience) {
    if (is_server_address(address)) return open_postgresql_database(address, Access::existing, patience);
    if (address == "memory:" || address.empty() || address.find("://") != std::string::npos)
        throw InputError({"store", "a file's path or `postgresql://HOST/DATABASE`",
                          "\"" + shown_address(address) + "\"",
                          "other processes can work on the studies of these alone"});
    if (const auto network = network_file_system(address); network && reach == Reach::network)
        throw InputError({address, "a store on a disk of this machine", "one on " + *network,
                          "SQLite cannot keep processes on several machines apart there: "
                          "keep the study in PostgreSQL, by \"store\": \"postgresql://HOST/DATABASE\""});
    constexpr std::chrono::seconds to_make_tables{10};
    return make_sqlite_database(
        open_sqlite_file(address, Access::existing, std::min<std::chrono::seconds>(patience, to_make_tables)));
}

std::string end_topic(std::int64_t study) { return "hwnas_ends_" + std::to_string(study); }

void tell_of_worker(sql::Session& session, const sql::Dialect& dialect, const WorkerInfo& worker) {
    session.run("INSERT INTO workers (id, host, has, job, started, seen, done) VALUES ($1, $2, $3, $4, " + dialect.now +
                    ", " + dialect.now + ", 0) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen",
                {worker.id, worker.host, tags_text(worker.has), worker.job});
}

std::shared_ptr<WorkQueue> open_work_queue(const std::string& address, std::chrono::seconds patience) {
    return make_work_queue(open_shared_database(address, Reach::network, patience));
}

std::shared_ptr<ProfileQueue> open_profile_queue(const std::string& address) {
    return make_profile_queue(open_shared_database(address, Reach::network));
}

WorkerQueues open_worker_queues(const std::string& address, std::chrono::seconds patience) {
    const auto database = open_shared_database(address, Reach::network, patience);
    return {make_work_queue(database), make_profile_queue(database)};
}

void give_up_lapsed(sql::Session& session, const sql::Dialect& dialect, std::int64_t study) {
    std::vector<GivenUp> all;
    session.run(
        "WITH lapsed AS MATERIALIZED (SELECT study, number FROM tasks WHERE study = $1 AND state = 'claimed' AND "
        "lease_until < " +
            dialect.now + " AND attempts >= most_attempts " + dialect.skip_locked +
            ") UPDATE tasks SET state = 'done' FROM lapsed WHERE tasks.study = lapsed.study AND "
            "tasks.number = lapsed.number RETURNING tasks.number, attempts, worker, host",
        {study}, [&](sql::Row& row) {
            GivenUp task{row.integer(), row.integer(), {}, {}};
            task.worker = row.text();
            task.host = row.text();
            all.push_back(std::move(task));
        });
    for (const auto& task : all)
        session.run("UPDATE trials SET state = 'failed', error = $1, host = $2, finished = " + dialect.now +
                        " WHERE study = $3 AND number = $4 AND state = 'running'",
                    {"given up after " + std::to_string(task.attempts) + " attempts: the last worker, " + task.worker +
                         " on " + task.host + ", did not come back",
                     task.host, study, task.number});
    if (!all.empty()) session.tell(end_topic(study));
}

}  // namespace hwnas
