#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/unique_id.h"
#include "study/led_study.h"
#include "study/sql_store.h"
#include "study/sql_work.h"
#include "study/study_names.h"
#include "study/tags.h"
#include "study/trial_row.h"

namespace hwnas {
namespace {

using std::chrono::steady_clock;

/// What tells a lead from earlier and later ones.
struct Lead {
    std::int64_t study = 0;
    std::int64_t epoch = 0;
};

/// Extends a lead until it is destroyed, however long its process is busy with other things.
class LeadKeeper {
public:
    LeadKeeper(std::shared_ptr<sql::Database> database, Lead lead, std::chrono::duration<double> lease)
        : database_(std::move(database)),
          lead_(lead),
          lease_(lease),
          thread_([this](const std::stop_token& stop) { keep(stop); }) {}

    /// Whether somebody else has it, as far as was seen.
    [[nodiscard]] bool lost() const { return lost_; }

private:
    void keep(const std::stop_token& stop) {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        while (!changed_.wait_for(lock, stop, lease_ / 3, [] { return false; }) && !stop.stop_requested()) try {
                database_->transact(sql::Access::write, "extend the lead", [this](sql::Session& session) {
                    bool ours = false;
                    session.run("UPDATE leaders SET lease_until = " + database_->dialect().now +
                                    " + $1 WHERE study = $2 AND epoch = $3 RETURNING epoch",
                                {lease_.count(), lead_.study, lead_.epoch}, [&](sql::Row&) { ours = true; });
                    lost_ = !ours;
                });
            } catch (const RunError&) {
                // The next time.
            }
    }

    std::shared_ptr<sql::Database> database_;
    Lead lead_;
    std::chrono::duration<double> lease_;
    std::atomic<bool> lost_ = false;
    std::condition_variable_any changed_;
    std::jthread thread_;
};

class SqlLedStudy : public LedStudy {
public:
    SqlLedStudy(std::shared_ptr<sql::Database> database, std::shared_ptr<sql::Database> for_keeper, Lead lead,
                std::shared_ptr<const void> alive, LeadRequest request)
        : database_(std::move(database)),
          alive_(std::move(alive)),
          study_(make_sql_store(database_)->open(request.study)),
          lead_(lead),
          request_(std::move(request)),
          keeper_(std::make_unique<LeadKeeper>(std::move(for_keeper), lead, request_.lease)) {}

    ~SqlLedStudy() override {
        keeper_.reset();
        try {
            database_->transact(sql::Access::write, "give up the lead", [this](sql::Session& session) {
                session.run("UPDATE leaders SET lease_until = 0 WHERE study = $1 AND epoch = $2",
                            {lead_.study, lead_.epoch});
            });
        } catch (const RunError&) {
            // It lapses.
        }
    }

    StudyInfo info() const override { return study_->info(); }
    std::vector<Trial> trials() const override { return study_->trials(); }
    std::shared_ptr<const void> hold(Use use) override { return study_->hold(use); }

    void put(std::vector<Trial> trials) override {
        if (trials.empty()) return;
        database_->transact(sql::Access::write, "write trials", [&](sql::Session& session) {
            check_lead(session);
            put_trials(session, lead_.study, trials);
            if (!request_.offers) return;
            for (const auto& trial : trials)
                if (trial.state == TrialState::complete || trial.state == TrialState::failed)
                    session.run("DELETE FROM tasks WHERE study = $1 AND number = $2", {lead_.study, trial.number});
                else if (trial.state == TrialState::running)
                    session.run(
                        "INSERT INTO tasks (study, number, needs, state, epoch, attempts, most_attempts, worker, "
                        "host, lease_until) VALUES ($1, $2, $3, 'waiting', 0, 0, $4, '', '', 0) "
                        "ON CONFLICT (study, number) DO NOTHING",
                        {lead_.study, trial.number, tags_text(request_.needs), request_.most_attempts});
        });
        for (const auto& trial : trials) given_.erase(trial.number);
    }

    std::vector<Trial> ended() override {
        // Whoever leads hears of the ends; here nothing would ever be heard of again.
        if (keeper_->lost())
            database_->transact(sql::Access::write, "look at the lead",
                                [this](sql::Session& session) { check_lead(session); });
        give_up_now_and_then();
        std::vector<Trial> ended;
        std::vector<std::int64_t> numbers;
        database_->transact(sql::Access::glance, "look for trials that ended", [&](sql::Session& session) {
            numbers.clear();
            session.run("SELECT number FROM tasks WHERE study = $1 AND state = 'done' ORDER BY number", {lead_.study},
                        [&](sql::Row& row) {
                            const auto number = row.integer();
                            if (!given_.contains(number)) numbers.push_back(number);
                        });
        });
        for (const auto number : numbers)  // an ended trial is not changed but by this
            database_->transact(sql::Access::glance, "read a trial", [&](sql::Session& session) {
                session.run(std::string("SELECT ") + kTrialColumns + " FROM trials WHERE study = $1 AND number = $2",
                            {lead_.study, number}, [&](sql::Row& row) { ended.push_back(read_trial(row)); });
            });
        for (const auto& trial : ended) given_.insert(trial.number);
        return ended;
    }

    void wait(std::chrono::milliseconds longest) override { database_->wait_for(end_topic(lead_.study), longest); }

private:
    void check_lead(sql::Session& session) const {
        bool ours = false;
        session.run("SELECT epoch FROM leaders WHERE study = $1 AND epoch = $2 " + database_->dialect().for_share,
                    {lead_.study, lead_.epoch}, [&](sql::Row&) { ours = true; });
        if (ours) return;
        const auto& store = database_->dialect().database;
        std::string host;
        session.run("SELECT host FROM leaders WHERE study = $1", {lead_.study},
                    [&](sql::Row& row) { host = row.text(); });
        if (host.empty()) throw study_removed(store, request_.study);
        throw LeadLost(store + ": the search of \"" + request_.study + "\" is led from " + host +
                       " now, since this one was not heard of for too long; nothing of it is lost");
    }

    /// Where no worker is left that could find a claim that lapsed.
    void give_up_now_and_then() {
        constexpr std::chrono::seconds between{2};
        if (steady_clock::now() - looked_ < between) return;
        looked_ = steady_clock::now();
        const auto& dialect = database_->dialect();
        bool any = false;
        database_->transact(sql::Access::glance, "look for lapsed claims", [&](sql::Session& session) {
            session.run("SELECT number FROM tasks WHERE study = $1 AND state = 'claimed' AND lease_until < " +
                            dialect.now + " AND attempts >= most_attempts LIMIT 1",
                        {lead_.study}, [&](sql::Row&) { any = true; });
        });
        if (any)
            database_->transact(sql::Access::write, "give up a trial",
                                [&](sql::Session& session) { give_up_lapsed(session, dialect, lead_.study); });
    }

    std::shared_ptr<sql::Database> database_;
    std::shared_ptr<const void> alive_;
    std::shared_ptr<Study> study_;
    Lead lead_;
    LeadRequest request_;
    std::set<std::int64_t> given_;  ///< and not put since
    steady_clock::time_point looked_;
    std::unique_ptr<LeadKeeper> keeper_;
};

/// The lock that shows that a leader is alive: beyond those of studies.
std::int64_t lead_lock(std::int64_t study) { return (std::int64_t{1} << 40U) + study; }

/// The lead, if its lease has ended, or whoever had it.
std::optional<Lead> taken(sql::Session& session, const sql::Dialect& dialect, std::int64_t study,
                          const LeadRequest& request, bool holder_is_gone) {
    std::optional<Lead> lead;
    session.run("INSERT INTO leaders (study, holder, host, place, epoch, lease_until) VALUES ($1, $2, $3, $4, 1, " +
                    dialect.now +
                    " + $5) ON CONFLICT (study) DO UPDATE SET holder = excluded.holder, "
                    "host = excluded.host, place = excluded.place, epoch = leaders.epoch + 1, "
                    "lease_until = excluded.lease_until WHERE leaders.lease_until < " +
                    dialect.now + (holder_is_gone ? " OR 1 = 1" : "") + " RETURNING epoch",
                {study, unique_id(), request.host, to_column(request.place), request.lease.count()},
                [&](sql::Row& row) {
                    lead = Lead{study, row.integer()};
                });
    return lead;
}

/// Offers what runs, and forgets what its strategy has heard of.
void settle_tasks(sql::Session& session, std::int64_t study, const LeadRequest& request) {
    if (!request.offers) {
        session.run("DELETE FROM tasks WHERE study = $1", {study});
        return;
    }
    session.run(
        "DELETE FROM tasks WHERE study = $1 AND state = 'done' AND EXISTS (SELECT 1 FROM trials WHERE "
        "trials.study = tasks.study AND trials.number = tasks.number AND "
        "(trials.told IS NOT NULL OR trials.state = 'running'))",
        {study});
    // What the job says may have changed.
    session.run("UPDATE tasks SET needs = $1, most_attempts = $2 WHERE study = $3",
                {tags_text(request.needs), request.most_attempts, study});
    session.run(
        "INSERT INTO tasks (study, number, needs, state, epoch, attempts, most_attempts, worker, host, "
        "lease_until) SELECT study, number, CAST($1 AS TEXT), 'waiting', 0, 0, CAST($2 AS BIGINT), '', '', 0 "
        "FROM trials WHERE study = $3 AND state = 'running' AND NOT EXISTS (SELECT 1 FROM tasks WHERE "
        "tasks.study = trials.study AND tasks.number = trials.number)",
        {tags_text(request.needs), request.most_attempts, study});
}

Leader leader_of(sql::Session& session, const sql::Dialect& dialect, std::int64_t study) {
    Leader leader;
    session.run("SELECT host, lease_until - " + dialect.now + " FROM leaders WHERE study = $1", {study},
                [&](sql::Row& row) {
                    leader.host = row.text();
                    leader.seconds_left = row.number();
                });
    return leader;
}

}  // namespace

std::variant<std::shared_ptr<LedStudy>, Leader> take_lead(const std::string& address, const LeadRequest& request) {
    const auto reach = request.offers ? Reach::network : Reach::machine;
    auto database = open_shared_database(address, reach);
    const auto& dialect = database->dialect();
    std::int64_t study = 0;
    database->transact(sql::Access::read, "open a study", [&](sql::Session& session) {
        study = sql_study_number(session, dialect.database, request.study);
    });
    // The lock goes with a process that ends; one that is stopped or cut off keeps it, and loses
    // the lead by its lease.
    auto alive = database->lock(lead_lock(study), LockKind::alone);
    std::optional<Lead> lead;
    Leader leader;
    database->transact(sql::Access::write, "take the lead", [&](sql::Session& session) {
        lead = taken(session, dialect, study, request, alive != nullptr);
        if (lead)
            settle_tasks(session, study, request);
        else
            leader = leader_of(session, dialect, study);
    });
    if (!lead) return leader;
    auto for_keeper = open_shared_database(address, reach);
    return std::make_shared<SqlLedStudy>(std::move(database), std::move(for_keeper), *lead, std::move(alive), request);
}

}  // namespace hwnas
