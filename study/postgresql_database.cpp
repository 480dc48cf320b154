#include "study/postgresql_database.h"

#include <map>
#include <mutex>
#include <thread>

#include "core/unique_id.h"
#include "study/postgresql.h"
#include "study/server_address.h"
#include "study/sql_tables.h"
#include "study/sqlite_store.h"

namespace hwnas {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds reconnect_for{600};

/// Of the locks in a database, ours: "hwna" before a study's number.
std::int64_t lock_key(std::int64_t number) { return (std::int64_t{0x68776e61} << 32U) + number; }

/// Pauses between attempts, until that takes too long.
class Patience {
public:
    explicit Patience(steady_clock::duration longest) : end_(steady_clock::now() + longest) {}
    /// False where there is none left.
    [[nodiscard]] bool wait() {
        constexpr std::chrono::milliseconds longest_pause{2000};
        if (steady_clock::now() >= end_) return false;
        std::this_thread::sleep_for(pause_);
        pause_ = std::min(2 * pause_, longest_pause);
        return true;
    }

private:
    steady_clock::time_point end_;
    std::chrono::milliseconds pause_{50};
};

class PostgresqlSession : public sql::Session {
public:
    explicit PostgresqlSession(pq::Connection& connection) : connection_(&connection) {}
    using sql::Session::run;
    void run(std::string_view statement, std::span<const sql::Value> values,
             const std::function<void(sql::Row&)>& read) override {
        connection_->run(statement, values, read);
    }
    void tell(const std::string& topic) override { run("SELECT pg_notify($1, '')", {topic}); }

private:
    pq::Connection* connection_;
};

class PostgresqlDatabase : public sql::Database, public std::enable_shared_from_this<PostgresqlDatabase> {
public:
    explicit PostgresqlDatabase(std::string address)
        : address_(std::move(address)),
          id_(unique_id()),
          dialect_{shown_address(address_), "extract(epoch FROM clock_timestamp())::float8", "FOR UPDATE SKIP LOCKED",
                   "FOR SHARE"} {}

    ~PostgresqlDatabase() override {
        if (!connection_ || serial_ == 0) return;
        try {
            connection_->run("DELETE FROM sessions WHERE id = $1", std::vector<sql::Value>{id_}, {});
        } catch (const pq::Error&) {
            // Whoever comes later takes old ones away.
        }
    }

    /// Throws pq::Error.
    void connect() {
        connection_.emplace(address_, "hwnas " + id_);
        // A process that is stopped amid a transaction must not keep its rows locked; a server that
        // commits before the disk has it would lose what somebody was told to be durable.
        connection_->execute(
            "SET search_path = hwnas; SET idle_in_transaction_session_timeout = '30s';"
            "SET default_transaction_isolation = 'read committed';"
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'");
    }

    /// Makes what is missing of the tables, and checks their version. Throws pq::Error.
    void prepare(Access access) {
        std::int64_t version = 0;
        const auto look = [&] {
            bool there = false;
            connection_->run("SELECT to_regclass('hwnas.store') IS NOT NULL", {},
                             [&](sql::Row& row) { there = row.text() == "t"; });
            if (there)
                connection_->run("SELECT version FROM store", {}, [&](sql::Row& row) { version = row.integer(); });
        };
        look();
        if (version == 0 && access == Access::existing)
            throw InputError({dialect_.database, "a store of hwnas", "a database without one",
                              "a search makes it, or `hwnas studies merge`"});
        if (version < kStoreVersion) {  // none, or one that lacks some
            make_tables();
            look();
        }
        if (version > kStoreVersion)
            throw InputError({dialect_.database, "a store of version " + std::to_string(kStoreVersion) + " or older",
                              "version " + std::to_string(version),
                              "a newer hwnas wrote it: use that one, or another database"});
    }

    void transact(sql::Access access, const char* doing, const std::function<void(sql::Session&)>& work) override {
        const std::lock_guard lock(mutex_);
        Patience patience(reconnect_for);
        for (;;) {
            bool committing = false;
            try {
                make_ready();
                work_through(access, work, committing);
                return;
            } catch (const pq::Error& error) {
                // A conflict's transaction is over, without a trace.
                if (error.conflict()) continue;
                if (!error.lost()) throw failed(doing, error);
                connection_.reset();
                if (!patience.wait()) throw failed(doing, error);
                if (committing && asked_whether_committed(doing, patience)) return;
            }
        }
    }

    std::shared_ptr<const void> lock(std::int64_t number, LockKind kind) override {
        const std::lock_guard lock(mutex_);
        auto& held = held_[number];
        if (held.count > 0 && (held.kind == LockKind::alone || kind == LockKind::alone)) return nullptr;
        if (held.count == 0 && !lock_in_server(number, kind)) return nullptr;
        held.kind = kind;
        ++held.count;
        return {this, [self = shared_from_this(), number](const void*) { self->unlock(number); }};
    }

    void wait_for(const std::string& topic, std::chrono::milliseconds longest) override {
        const std::lock_guard lock(listener_mutex_);
        try {
            if (listener_ && listening_for_ == topic) {
                (void)listener_->notified(longest);
                return;
            }
            listener_.emplace(address_, "hwnas " + id_ + " listening");
            listener_->execute("LISTEN \"" + topic + "\"");
            listening_for_ = topic;  // since when things may have happened
        } catch (const pq::Error&) {
            listener_.reset();
            std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(longest, std::chrono::milliseconds(200)));
        }
    }

    const sql::Dialect& dialect() const override { return dialect_; }

private:
    struct Held {
        LockKind kind = LockKind::shared;
        int count = 0;
    };

    RunError failed(const char* doing, const pq::Error& error) const {
        return RunError(dialect_.database + ": cannot " + doing + " (" + error.what() + ")");
    }

    void make_tables() {
        const sql::ColumnKinds kinds{"BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BIGINT", "DOUBLE PRECISION",
                                     "BYTEA", ""};
        // Two that make a schema at once would get in each other's way.
        connection_->execute(
            "BEGIN; SELECT pg_advisory_xact_lock(" + std::to_string(lock_key(0)) +
            "); CREATE SCHEMA IF NOT EXISTS hwnas;" + sql::table_statements(kinds) +
            "CREATE TABLE IF NOT EXISTS store (version BIGINT NOT NULL);"
            // The last transaction of each connection, for the question whether it came through.
            "CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, serial BIGINT NOT NULL, "
            "seen DOUBLE PRECISION NOT NULL);"
            "INSERT INTO store SELECT " +
            std::to_string(kStoreVersion) + " WHERE NOT EXISTS (SELECT FROM store); UPDATE store SET version = " +
            std::to_string(kStoreVersion) + " WHERE version < " + std::to_string(kStoreVersion) + "; COMMIT");
    }

    /// A connection, with the locks that there were. Throws pq::Error, RunError.
    void make_ready() {
        if (connection_ && !connection_->lost()) return;
        connect();
        // The server may not have noticed that the last one is gone, and let it go on.
        connection_->run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND "
            "pid <> pg_backend_pid()",
            std::vector<sql::Value>{"hwnas " + id_}, {});
        for (const auto& [number, held] : held_)
            if (held.count > 0 && !lock_in_server(number, held.kind))
                throw RunError(dialect_.database + ": somebody else took the study while the connection was lost");
    }

    void work_through(sql::Access access, const std::function<void(sql::Session&)>& work, bool& committing) {
        if (access == sql::Access::glance) {
            PostgresqlSession session(*connection_);
            return work(session);
        }
        connection_->execute(access == sql::Access::write ? "BEGIN" : "BEGIN READ ONLY");
        try {
            PostgresqlSession session(*connection_);
            work(session);
            if (access == sql::Access::write) sign(session);
        } catch (...) {
            roll_back();
            throw;
        }
        committing = access == sql::Access::write;
        connection_->execute("COMMIT");
    }

    void roll_back() {
        try {
            connection_->execute("ROLLBACK");
        } catch (const pq::Error&) {
            connection_.reset();  // which rolls back as well
        }
    }

    /// Leaves this transaction's number with its changes.
    void sign(sql::Session& session) {
        if (serial_ == 0) {
            constexpr double week = 7 * 24 * 3600;
            session.run("DELETE FROM sessions WHERE seen < " + dialect_.now + " - $1", {week});
        }
        ++serial_;
        session.run("INSERT INTO sessions (id, serial, seen) VALUES ($1, $2, " + dialect_.now +
                        ") ON CONFLICT (id) DO UPDATE SET serial = excluded.serial, seen = excluded.seen",
                    {id_, serial_});
    }

    bool asked_whether_committed(const char* doing, Patience& patience) {
        for (;;) {
            try {
                make_ready();
                bool committed = false;
                // Waits until the old connection's transaction is over.
                connection_->run("SELECT serial FROM sessions WHERE id = $1 FOR UPDATE", std::vector<sql::Value>{id_},
                                 [&](sql::Row& row) { committed = row.integer() == serial_; });
                return committed;
            } catch (const pq::Error& error) {
                connection_.reset();
                if (!error.lost() || !patience.wait()) throw failed(doing, error);
            }
        }
    }

    bool lock_in_server(std::int64_t number, LockKind kind) {
        bool locked = false;
        const std::string function = kind == LockKind::alone ? "pg_try_advisory_lock" : "pg_try_advisory_lock_shared";
        try {
            connection_->run("SELECT " + function + "($1)", std::vector<sql::Value>{lock_key(number)},
                             [&](sql::Row& row) { locked = row.text() == "t"; });
        } catch (const pq::Error& error) {
            throw failed("lock a study", error);
        }
        return locked;
    }

    void unlock(std::int64_t number) {
        const std::lock_guard lock(mutex_);
        auto& held = held_[number];
        if (--held.count > 0 || !connection_) return;
        const std::string function = held.kind == LockKind::alone ? "pg_advisory_unlock" : "pg_advisory_unlock_shared";
        try {
            connection_->run("SELECT " + function + "($1)", std::vector<sql::Value>{lock_key(number)}, {});
        } catch (const pq::Error&) {
            connection_.reset();  // and the lock with it
        }
    }

    const std::string address_;
    const std::string id_;
    const sql::Dialect dialect_;
    std::mutex mutex_;
    std::optional<pq::Connection> connection_;
    std::map<std::int64_t, Held> held_;
    std::int64_t serial_ = 0;
    std::mutex listener_mutex_;
    std::optional<pq::Connection> listener_;
    std::string listening_for_;
};

/// Throws InputError.
void check_address(const std::string& address) {
    const std::string shown = shown_address(address);
    if (tells_password(address))
        throw InputError({"store", "an address without a password", shown, instead_of_password});
    char* message = nullptr;
    PQconninfoOption* options = pq::library().parse(address.c_str(), &message);
    const std::string problem = message == nullptr ? "" : message;
    if (message != nullptr) pq::library().free(message);
    if (options == nullptr) throw InputError({"store", "postgresql://HOST/DATABASE", "\"" + shown + "\"", problem});
    pq::library().free_options(options);
}

}  // namespace

std::shared_ptr<sql::Database> open_postgresql_database(const std::string& address, Access access,
                                                        std::chrono::seconds patience) {
    check_address(address);
    auto database = std::make_shared<PostgresqlDatabase>(address);
    for (Patience more(patience);;) {
        try {
            database->connect();
            database->prepare(access);
            return database;
        } catch (const pq::Error& error) {
            if (error.lost() && more.wait()) continue;
            throw InputError({shown_address(address),
                              error.lost() ? "a server that can be reached" : "a database for a store of hwnas",
                              error.what(), ""});
        }
    }
}

}  // namespace hwnas
