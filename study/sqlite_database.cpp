#include "study/sqlite_database.h"

#include <atomic>
#include <map>
#include <thread>

namespace hwnas {
namespace {

class SqliteRow : public sql::Row {
public:
    explicit SqliteRow(sqlite::Statement& statement) : statement_(&statement) {}
    bool null() override { return statement_->null(); }
    std::int64_t integer() override { return statement_->integer(); }
    double number() override { return statement_->number(); }
    std::string text() override { return statement_->text(); }
    sql::Bytes bytes() override { return statement_->bytes(); }

private:
    sqlite::Statement* statement_;
};

/// Statements by their text: those that put a trial are run again and again.
using Statements = std::map<std::string, sqlite::Statement, std::less<>>;

class SqliteSession : public sql::Session {
public:
    SqliteSession(sqlite::Connection& connection, Statements& statements)
        : connection_(&connection), statements_(&statements) {}

    using sql::Session::run;
    void run(std::string_view text, std::span<const sql::Value> values,
             const std::function<void(sql::Row&)>& read) override {
        auto found = statements_->find(text);
        if (found == statements_->end())
            found = statements_->emplace(std::string(text), connection_->prepare(text)).first;
        auto& statement = found->second;
        const Reset reset{statement};
        for (const auto& value : values) std::visit([&](const auto& given) { bind(statement, given); }, value);
        SqliteRow row(statement);
        while (statement.step())
            if (read) read(row);
    }
    /// Who waits looks whether the file changed.
    void tell(const std::string&) override {}

private:
    /// A statement that is not reset goes on reading.
    struct Reset {
        sqlite::Statement& statement;
        ~Reset() { statement.reset(); }
    };
    static void bind(sqlite::Statement& statement, std::nullptr_t) { statement.bind(std::optional<std::int64_t>()); }
    static void bind(sqlite::Statement& statement, std::int64_t value) { statement.bind(value); }
    static void bind(sqlite::Statement& statement, double value) { statement.bind(value); }
    static void bind(sqlite::Statement& statement, const std::string& value) {
        statement.bind(std::string_view(value));
    }
    static void bind(sqlite::Statement& statement, const sql::Bytes& value) {
        statement.bind(std::span<const std::uint8_t>(value));
    }

    sqlite::Connection* connection_;
    Statements* statements_;
};

class SqliteDatabase : public sql::Database {
public:
    explicit SqliteDatabase(std::shared_ptr<SqliteFile> file)
        : file_(std::move(file)),
          // Days since 4714 BC; SQLite 3.40 has no fractions of seconds since 1970.
          dialect_{file_->path.string(), "((julianday('now') - 2440587.5) * 86400.0)", "", ""} {}

    void transact(sql::Access access, const char* doing, const std::function<void(sql::Session&)>& work) override {
        file_->with(doing, [&](sqlite::Connection& connection) {
            using Kind = sqlite::Transaction::Kind;
            sqlite::Transaction transaction(connection, access == sql::Access::write ? Kind::write : Kind::read);
            SqliteSession session(connection, statements_);
            work(session);
            transaction.commit();
        });
    }

    std::shared_ptr<const void> lock(std::int64_t number, LockKind kind) override {
        return lock_byte(std::filesystem::path(file_->path) += "-lock", number, kind);
    }

    void wait_for(const std::string&, std::chrono::milliseconds longest) override {
        constexpr std::chrono::milliseconds first_pause{2};
        constexpr std::chrono::milliseconds longest_pause{50};
        const auto end = std::chrono::steady_clock::now() + longest;
        for (auto pause = first_pause; std::chrono::steady_clock::now() < end;
             pause = std::min(2 * pause, longest_pause)) {
            const auto version = file_->with("look for changes", [](sqlite::Connection& connection) {
                return connection.integer("PRAGMA data_version");  // which changes when others commit
            });
            if (version != version_seen_.exchange(version)) return;
            std::this_thread::sleep_for(
                std::min<std::chrono::steady_clock::duration>(pause, end - std::chrono::steady_clock::now()));
        }
    }

    const sql::Dialect& dialect() const override { return dialect_; }

private:
    std::shared_ptr<SqliteFile> file_;
    Statements statements_;  // used with the file's mutex locked
    std::atomic<std::int64_t> version_seen_ = 0;
    sql::Dialect dialect_;
};

}  // namespace

std::shared_ptr<sql::Database> make_sqlite_database(std::shared_ptr<SqliteFile> file) {
    return std::make_shared<SqliteDatabase>(std::move(file));
}

}  // namespace hwnas
