#include <algorithm>
#include <mutex>

#include "study/sql_work.h"
#include "study/tags.h"
#include "study/trial_row.h"
#include "study/work_queue.h"

namespace hwnas {
namespace {

/// What is open, by study and by what it needs.
struct OpenWork {
    std::int64_t study;
    std::string name;
    std::string needs;
    bool lapsed = false;  ///< whether a claim among it has
};

class SqlWorkQueue : public WorkQueue {
public:
    explicit SqlWorkQueue(std::shared_ptr<sql::Database> database) : database_(std::move(database)) {}

    std::optional<Claim> claim(const WorkerInfo& worker, const WorkWanted& wanted) override {
        std::vector<OpenWork> open;
        database_->transact(sql::Access::glance, "look for work",
                            [&](sql::Session& session) { open = open_work(session, wanted); });
        std::optional<Claim> claimed;
        for (const auto& work : open) {
            const auto needs = tags_of(work.needs);
            if (!std::includes(worker.has.begin(), worker.has.end(), needs.begin(), needs.end())) continue;
            database_->transact(sql::Access::write, "claim a trial", [&](sql::Session& session) {
                if (work.lapsed) give_up_lapsed(session, database_->dialect(), work.study);
                claimed = claim_of(session, work, worker, wanted.lease.count());
                if (claimed) tell_of(session, worker);
            });
            if (claimed) return claimed;
        }
        tell_now_and_then(worker);
        return claimed;
    }

    bool beat(const Claim& claim, std::chrono::duration<double> lease) override {
        bool ours = false;
        database_->transact(sql::Access::write, "extend a lease", [&](sql::Session& session) {
            ours = false;
            const auto& now = database_->dialect().now;
            session.run("UPDATE tasks SET lease_until = " + now +
                            " + $1 WHERE study = $2 AND number = $3 AND epoch = $4 AND state = 'claimed' "
                            "RETURNING number",
                        {lease.count(), claim.study_number, claim.trial.number, claim.epoch},
                        [&](sql::Row&) { ours = true; });
            session.run("UPDATE workers SET seen = " + now + " WHERE id = $1", {claim.worker});
        });
        return ours;
    }

    bool complete(const Claim& claim, const Trial& ended) override {
        bool ours = false;
        database_->transact(sql::Access::write, "write a trial", [&](sql::Session& session) {
            ours = close(session, claim, "state = 'done'") && write(session, claim.study_number, ended);
            if (!ours) return;
            session.run("UPDATE workers SET seen = " + database_->dialect().now + ", done = done + 1 WHERE id = $1",
                        {claim.worker});
            session.tell(end_topic(claim.study_number));
        });
        return ours;
    }

    void release(const Claim& claim) override {
        database_->transact(sql::Access::write, "give a trial back", [&](sql::Session& session) {
            (void)close(session, claim, "state = 'waiting', attempts = attempts - 1, lease_until = 0");
        });
    }

private:
    std::vector<OpenWork> open_work(sql::Session& session, const WorkWanted& wanted) const {
        std::vector<OpenWork> open;
        session.run(
            "SELECT studies.id, studies.name, tasks.needs, max(CASE tasks.state WHEN 'claimed' THEN 1 ELSE 0 END) FROM "
            "tasks "
            "JOIN studies ON studies.id = tasks.study WHERE tasks.state = 'waiting' OR "
            "(tasks.state = 'claimed' AND tasks.lease_until < " +
                database_->dialect().now +
                ") GROUP BY studies.id, studies.name, tasks.needs ORDER BY studies.id, tasks.needs",
            {}, [&](sql::Row& row) {
                OpenWork work{row.integer(), {}, {}};
                work.name = row.text();
                work.needs = row.text();
                work.lapsed = row.integer() == 1;
                if (!wanted.study.empty() && work.name != wanted.study) return;
                if (!wanted.except.contains(work.name)) open.push_back(std::move(work));
            });
        return open;
    }

    std::optional<Claim> claim_of(sql::Session& session, const OpenWork& work, const WorkerInfo& worker,
                                  double lease) const {
        const auto& dialect = database_->dialect();
        std::optional<Claim> claim;
        session.run(
            "WITH next AS MATERIALIZED (SELECT study, number FROM tasks WHERE study = $1 AND needs = $2 AND "
            "(state = 'waiting' OR (state = 'claimed' AND lease_until < " +
                dialect.now + " AND attempts < most_attempts)) ORDER BY number LIMIT 1 " + dialect.skip_locked +
                ") UPDATE tasks SET state = 'claimed', epoch = epoch + 1, attempts = attempts + 1, worker = $3, "
                "host = $4, lease_until = " +
                dialect.now +
                " + $5 FROM next WHERE tasks.study = next.study AND "
                "tasks.number = next.number RETURNING tasks.number, epoch, attempts",
            {work.study, work.needs, worker.id, worker.host, lease}, [&](sql::Row& row) {
                claim.emplace();
                claim->trial.number = row.integer();
                claim->epoch = row.integer();
                claim->attempts = row.integer();
            });
        if (!claim) return claim;
        claim->study.name = work.name;
        claim->study_number = work.study;
        claim->worker = worker.id;
        const auto trial = trial_of(session, work.study, claim->trial.number);
        if (!trial || trial->state != TrialState::running) {
            // Somebody else answered it: a merge, or a search that evaluates itself.
            session.run("UPDATE tasks SET state = 'done' WHERE study = $1 AND number = $2",
                        {work.study, claim->trial.number});
            return std::nullopt;
        }
        claim->trial = *trial;
        if (trial->parent) claim->parent = trial_of(session, work.study, *trial->parent);
        session.run("SELECT job, created, version, place FROM studies LEFT JOIN leaders ON study = id WHERE id = $1",
                    {work.study}, [&](sql::Row& row) {
                        claim->study.job = Json::parse(row.text());
                        claim->study.created = row.number();
                        claim->study.version = row.text();
                        if (!row.null()) claim->place = Json::parse(row.text());
                    });
        return claim;
    }

    static std::optional<Trial> trial_of(sql::Session& session, std::int64_t study, std::int64_t number) {
        std::optional<Trial> trial;
        session.run(std::string("SELECT ") + kTrialColumns + " FROM trials WHERE study = $1 AND number = $2",
                    {study, number}, [&](sql::Row& row) { trial = read_trial(row); });
        return trial;
    }

    /// Changes the task, if it is still this claim's.
    static bool close(sql::Session& session, const Claim& claim, const std::string& change) {
        bool ours = false;
        session.run("UPDATE tasks SET " + change +
                        " WHERE study = $1 AND number = $2 AND epoch = $3 AND state = 'claimed' RETURNING number",
                    {claim.study_number, claim.trial.number, claim.epoch}, [&](sql::Row&) { ours = true; });
        return ours;
    }

    /// Only what an evaluation adds; what the search keeps with the trial stays.
    static bool write(sql::Session& session, std::int64_t study, const Trial& ended) {
        bool written = false;
        const auto values = trial_values(ended);
        const auto column = [&](std::size_t at) { return values[at]; };
        constexpr std::size_t state = 8, figures_at = 9, error = 10, weights = 13, details = 15, host = 16,
                              started = 17, finished = 18, cpu_seconds = 19;
        session.run(
            "UPDATE trials SET state = $1, \"values\" = $2, error = $3, weights = $4, details = $5, host = $6, "
            "started = $7, finished = $8, cpu_seconds = $9 "
            "WHERE study = $10 AND number = $11 AND state = 'running' RETURNING number",
            {column(state), column(figures_at), column(error), column(weights), column(details), column(host),
             column(started), column(finished), column(cpu_seconds), study, ended.number},
            [&](sql::Row&) { written = true; });
        return written;
    }

    void tell_of(sql::Session& session, const WorkerInfo& worker) {
        tell_of_worker(session, database_->dialect(), worker);
        const std::lock_guard lock(mutex_);
        told_ = std::chrono::steady_clock::now();
    }

    /// Who finds nothing again and again need not write each time.
    void tell_now_and_then(const WorkerInfo& worker) {
        constexpr std::chrono::seconds between{15};
        {
            const std::lock_guard lock(mutex_);
            if (told_ && std::chrono::steady_clock::now() - *told_ < between) return;
        }
        database_->transact(sql::Access::write, "tell of a worker",
                            [&](sql::Session& session) { tell_of(session, worker); });
    }

    std::shared_ptr<sql::Database> database_;
    std::mutex mutex_;
    std::optional<std::chrono::steady_clock::time_point> told_;
};

}  // namespace

std::shared_ptr<WorkQueue> make_work_queue(std::shared_ptr<sql::Database> database) {
    return std::make_shared<SqlWorkQueue>(std::move(database));
}

}  // namespace hwnas
