#include "study/work_state.h"

#include <algorithm>

#include "study/postgresql_database.h"
#include "study/server_address.h"
#include "study/sql_store.h"
#include "study/sql_work.h"
#include "study/sqlite_database.h"

namespace hwnas {
namespace {

/// Looking is allowed where working would not be.
std::shared_ptr<sql::Database> database_at(const std::string& address) {
    if (is_server_address(address)) return open_postgresql_database(address, Access::existing);
    return make_sqlite_database(open_sqlite_file(address, Access::existing));
}

}  // namespace

WorkState read_work_state(const std::string& address, const std::string& study) {
    const auto database = database_at(address);
    const auto& now = database->dialect().now;
    WorkState state;
    database->transact(sql::Access::read, "look at its work", [&](sql::Session& session) {
        state = {};
        const auto number = sql_study_number(session, database->dialect().database, study);
        session.run("SELECT number, needs, state, lease_until - " + now +
                        ", attempts, most_attempts, host, worker FROM tasks WHERE study = $1 AND state <> 'done' "
                        "ORDER BY number",
                    {number}, [&](sql::Row& row) {
                        OpenTask task;
                        task.trial = row.integer();
                        task.needs = row.text();
                        task.claimed = row.text() == "claimed";
                        task.seconds_left = row.number();
                        task.attempts = row.integer();
                        task.most_attempts = row.integer();
                        task.host = row.text();
                        task.worker = row.text();
                        state.tasks.push_back(std::move(task));
                    });
        read_profile_states(session, database->dialect(), number, [&](ProfileState&& profile, std::int64_t) {
            state.profiles.push_back(std::move(profile));
        });
        session.run("SELECT host, lease_until - " + now + " FROM leaders WHERE study = $1", {number},
                    [&](sql::Row& row) {
                        state.leader.emplace();
                        state.leader->host = row.text();
                        state.leader->seconds_left = row.number();
                    });
        session.run("SELECT state, count(*) FROM trials WHERE study = $1 GROUP BY state", {number}, [&](sql::Row& row) {
            const auto name = row.text();
            state.trials[name] = row.integer();
        });
        session.run("SELECT count(*), " + now +
                        " - min(finished) FROM trials WHERE study = $1 AND state IN "
                        "('complete', 'failed') AND finished > " +
                        now + " - 600",
                    {number}, [&](sql::Row& row) {
                        state.ended_lately = row.integer();
                        state.lately_seconds = row.null() ? 0 : row.number();
                    });
    });
    return state;
}

std::vector<SeenWorker> seen_workers(const std::string& address, std::chrono::duration<double> within) {
    const auto database = database_at(address);
    const auto& now = database->dialect().now;
    std::vector<SeenWorker> workers;
    database->transact(sql::Access::read, "look at its workers", [&](sql::Session& session) {
        workers.clear();
        session.run("SELECT id, host, has, job, " + now + " - seen, done FROM workers WHERE seen > " + now +
                        " - $1 ORDER BY seen DESC, started DESC",
                    {within.count()}, [&](sql::Row& row) {
                        SeenWorker worker;
                        worker.id = row.text();
                        worker.host = row.text();
                        worker.has = row.text();
                        worker.job = row.text();
                        worker.seconds_since_seen = row.number();
                        worker.done = row.integer();
                        const auto later = std::find_if(workers.begin(), workers.end(), [&](const SeenWorker& other) {
                            return !worker.job.empty() && other.job == worker.job;
                        });
                        if (later == workers.end())
                            workers.push_back(std::move(worker));
                        else
                            later->done += worker.done;
                    });
    });
    return workers;
}

}  // namespace hwnas
