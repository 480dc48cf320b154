#include <algorithm>
#include <vector>

#include "study/profile_queue.h"
#include "study/sql_store.h"
#include "study/sql_work.h"
#include "study/tags.h"

namespace hwnas {
namespace {

/// A board that is wanted, with the studies whose orders wait for it, the oldest first.
struct WantedDevice {
    std::int64_t study = 0;
    std::string name;
    std::string device;
    std::string needs;
};

ProfileState::Stage stage_of(const std::string& state) {
    if (state == "done") return ProfileState::Stage::done;
    return state == "claimed" ? ProfileState::Stage::claimed : ProfileState::Stage::waiting;
}

}  // namespace

void read_profile_states(sql::Session& session, const sql::Dialect& dialect, std::int64_t study,
                         const std::function<void(ProfileState&&, std::int64_t most_attempts)>& read) {
    session.run("SELECT device, needs, state, error, host, lease_until - " + dialect.now +
                    ", attempts, most_attempts FROM profiles WHERE study = $1 ORDER BY device",
                {study}, [&](sql::Row& row) {
                    ProfileState state;
                    state.device = row.text();
                    state.needs = row.text();
                    state.stage = stage_of(row.text());
                    state.error = row.text();
                    state.host = row.text();
                    state.seconds_left = row.number();
                    state.attempts = row.integer();
                    const auto most = row.integer();
                    read(std::move(state), most);
                });
}

namespace {

class SqlProfileOrders : public ProfileOrders {
public:
    explicit SqlProfileOrders(std::shared_ptr<sql::Database> database) : database_(std::move(database)) {}

    void order(const ProfileOrder& order) override {
        database_->transact(sql::Access::write, "order a device's table", [&](sql::Session& session) {
            const auto study = sql_study_number(session, database_->dialect().database, order.study);
            session.run(
                "INSERT INTO profiles (study, device, place, needs, content, most_attempts, state, error, epoch, "
                "attempts, "
                "worker, host, lease_until) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '', 0, 0, '', '', 0) "
                "ON CONFLICT (study, device) DO UPDATE SET place = excluded.place, needs = excluded.needs, "
                "most_attempts = excluded.most_attempts, error = '', "
                "content = CASE profiles.content WHEN '' THEN excluded.content ELSE profiles.content END, "
                "attempts = CASE profiles.state WHEN 'done' THEN 0 ELSE profiles.attempts END, "
                "state = CASE profiles.state WHEN 'done' THEN 'waiting' ELSE profiles.state END",
                {study, order.device, order.place.dump(), tags_text(order.needs), order.content, order.most_attempts});
        });
    }

    std::optional<ProfileState> look(const std::string& study, const std::string& device) override {
        std::optional<ProfileState> found;
        bool lapsed = false;
        const auto read = [&](sql::Session& session) {
            found.reset();
            const auto number = sql_study_number(session, database_->dialect().database, study);
            read_profile_states(session, database_->dialect(), number, [&](ProfileState&& state, std::int64_t most) {
                if (state.device != device) return;
                lapsed =
                    state.stage == ProfileState::Stage::claimed && state.seconds_left < 0 && state.attempts >= most;
                found = std::move(state);
            });
            if (!found || found->stage != ProfileState::Stage::done) return;
            session.run("SELECT content FROM profiles WHERE study = $1 AND device = $2", {number, device},
                        [&](sql::Row& row) { found->content = row.text(); });
        };
        database_->transact(sql::Access::read, "look at a device's table", read);
        if (!lapsed) return found;
        // Where no worker is left that could find it.
        database_->transact(sql::Access::write, "give up a device's table", [&](sql::Session& session) {
            const auto number = sql_study_number(session, database_->dialect().database, study);
            session.run(
                "UPDATE profiles SET state = 'done', error = $1 WHERE study = $2 AND device = $3 AND state = "
                "'claimed' AND attempts >= most_attempts AND lease_until < " +
                    database_->dialect().now,
                {"given up after " + std::to_string(found->attempts) + " attempts: the last worker, on " + found->host +
                     ", did not come back",
                 number, device});
            read(session);
        });
        return found;
    }

private:
    std::shared_ptr<sql::Database> database_;
};

class SqlProfileQueue : public ProfileQueue {
public:
    explicit SqlProfileQueue(std::shared_ptr<sql::Database> database) : database_(std::move(database)) {}

    std::optional<ProfileClaim> claim(const WorkerInfo& worker, const WorkWanted& wanted) override {
        std::optional<ProfileClaim> claimed;
        for (const auto& open : wanted_devices(worker, wanted)) {
            database_->transact(sql::Access::write, "claim a device's table", [&](sql::Session& session) {
                claimed = claim_of(session, open, worker, wanted.lease.count());
                if (claimed) tell_of_worker(session, database_->dialect(), worker);
            });
            if (claimed) break;
        }
        return claimed;
    }

    bool beat(const ProfileClaim& claim, std::chrono::duration<double> lease) override {
        bool ours = false;
        database_->transact(sql::Access::write, "extend a lease", [&](sql::Session& session) {
            const auto& now = database_->dialect().now;
            ours = changed(session, claim, "lease_until = " + now + " + $1", {lease.count()});
            session.run("UPDATE workers SET seen = " + now + " WHERE id = $1", {claim.worker});
        });
        return ours;
    }

    bool keep(const ProfileClaim& claim, const std::string& content, ProfileEnd end,
              const std::string& error) override {
        std::string change = "content = $1, error = $2";
        if (end == ProfileEnd::done) change += ", state = 'done'";
        if (end == ProfileEnd::released) change += ", state = 'waiting', attempts = attempts - 1, lease_until = 0";
        bool ours = false;
        database_->transact(sql::Access::write, "write a device's table", [&](sql::Session& session) {
            ours = changed(session, claim, change, {content, error});
        });
        return ours;
    }

private:
    std::vector<WantedDevice> wanted_devices(const WorkerInfo& worker, const WorkWanted& wanted) const {
        std::vector<WantedDevice> found;
        if (worker.has.empty()) return found;
        const auto& now = database_->dialect().now;
        database_->transact(sql::Access::glance, "look for devices to measure", [&](sql::Session& session) {
            found.clear();
            session.run(
                "SELECT studies.id, studies.name, device, needs FROM profiles JOIN studies ON studies.id = study "
                "WHERE state = 'waiting' OR (state = 'claimed' AND attempts < most_attempts AND lease_until < " +
                    now + ") ORDER BY studies.id, device",
                {}, [&](sql::Row& row) {
                    WantedDevice open;
                    open.study = row.integer();
                    open.name = row.text();
                    open.device = row.text();
                    open.needs = row.text();
                    const auto needs = tags_of(open.needs);
                    if (!wanted.study.empty() && open.name != wanted.study) return;
                    if (wanted.except.contains(open.name) || needs.empty()) return;
                    if (std::includes(worker.has.begin(), worker.has.end(), needs.begin(), needs.end()))
                        found.push_back(std::move(open));
                });
        });
        return found;
    }

    std::optional<ProfileClaim> claim_of(sql::Session& session, const WantedDevice& open, const WorkerInfo& worker,
                                         double lease) const {
        const auto& now = database_->dialect().now;
        // All orders of a board at once: two workers that claim two of them would not see each other.
        session.run("UPDATE profiles SET needs = needs WHERE needs = $1", {open.needs});
        std::optional<ProfileClaim> claim;
        session.run(
            "UPDATE profiles SET state = 'claimed', epoch = epoch + 1, attempts = attempts + 1, worker = $1, "
            "host = $2, lease_until = " +
                now +
                " + $3 WHERE study = $4 AND device = $5 AND (state = 'waiting' OR (state = 'claimed' AND "
                "attempts < most_attempts AND lease_until < " +
                now +
                ")) AND NOT EXISTS (SELECT 1 FROM profiles AS other WHERE other.needs = $6 AND "
                "other.state = 'claimed' AND other.lease_until >= " +
                now + ") RETURNING place, content, epoch, attempts",
            {worker.id, worker.host, lease, open.study, open.device, open.needs}, [&](sql::Row& row) {
                claim.emplace();
                claim->place = Json::parse(row.text());
                claim->content = row.text();
                claim->epoch = row.integer();
                claim->attempts = row.integer();
            });
        if (!claim) return claim;
        claim->study_number = open.study;
        claim->device = open.device;
        claim->worker = worker.id;
        claim->study.name = open.name;
        session.run("SELECT job, created, version FROM studies WHERE id = $1", {open.study}, [&](sql::Row& row) {
            claim->study.job = Json::parse(row.text());
            claim->study.created = row.number();
            claim->study.version = row.text();
        });
        return claim;
    }

    /// Changes the order, if it is still this claim's. `values`: the change's parameters.
    static bool changed(sql::Session& session, const ProfileClaim& claim, const std::string& change,
                        std::vector<sql::Value> values) {
        bool ours = false;
        const auto next = [&values](sql::Value value) {
            values.push_back(std::move(value));
            return "$" + std::to_string(values.size());
        };
        const auto study = next(claim.study_number), device = next(claim.device), epoch = next(claim.epoch);
        session.run("UPDATE profiles SET " + change + " WHERE study = " + study + " AND device = " + device +
                        " AND epoch = " + epoch + " AND state = 'claimed' RETURNING device",
                    std::span<const sql::Value>(values), [&](sql::Row&) { ours = true; });
        return ours;
    }

    std::shared_ptr<sql::Database> database_;
};

}  // namespace

std::shared_ptr<ProfileOrders> open_profile_orders(const std::string& address) {
    return std::make_shared<SqlProfileOrders>(open_shared_database(address, Reach::machine));
}

std::shared_ptr<ProfileQueue> make_profile_queue(std::shared_ptr<sql::Database> database) {
    return std::make_shared<SqlProfileQueue>(std::move(database));
}

}  // namespace hwnas
