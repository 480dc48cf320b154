#include "study/sqlite_file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>
#include <array>
#include <chrono>
#include <thread>

#include "study/sql_tables.h"
#include "study/sqlite_store.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

constexpr int kApplicationId = 0x68776e61;  // "hwna", for `file` and for us
constexpr int kBusyMilliseconds = 60'000;   // a transaction takes milliseconds: this is a stuck process

/// A row's own number is the file's.
sql::ColumnKinds column_kinds() { return {"INTEGER PRIMARY KEY", "INTEGER", "REAL", "BLOB", "STRICT"}; }

/// What makes a file of each version, from the first, one of the next.
std::array<std::string, kStoreVersion - 1> migrations() {
    return {
        "ALTER TABLE trials ADD COLUMN budget TEXT NOT NULL DEFAULT '{}';"
        "ALTER TABLE trials ADD COLUMN parent INTEGER;",
        sql::work_table_statements(column_kinds()), sql::profile_table_statements(column_kinds())};
}

bool has_tables(sqlite::Connection& connection) { return connection.integer("SELECT count(*) FROM sqlite_schema") > 0; }

InputError another_kind(const fs::path& path, const std::string& found) {
    return InputError({path.string(), "a study file", found, ""});
}

/// Whether the file holds the tables. False: it holds nothing yet. To be asked in a
/// transaction: between two of its questions another process may make the tables.
bool check_kind(const fs::path& path, sqlite::Connection& connection) {
    const auto application = connection.integer("PRAGMA application_id");
    const auto version = connection.integer("PRAGMA user_version");
    if (application == 0 && version == 0 && !has_tables(connection)) return false;
    if (application != kApplicationId) throw another_kind(path, "an SQLite file of another program");
    if (version > kStoreVersion)
        throw InputError({path.string(), "a study file of version " + std::to_string(kStoreVersion) + " or older",
                          "version " + std::to_string(version),
                          "a newer hwnas wrote it: use that one, or another file"});
    return true;
}

void make_tables(const fs::path& path, sqlite::Connection& connection) {
    sqlite::Transaction transaction(connection);
    if (check_kind(path, connection)) return;  // another process was faster
    connection.execute(sql::table_statements(column_kinds()).c_str());
    connection.execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
    connection.execute(("PRAGMA user_version = " + std::to_string(kStoreVersion)).c_str());
    transaction.commit();
}

void migrate(const fs::path& path, sqlite::Connection& connection) {
    sqlite::Transaction transaction(connection);
    (void)check_kind(path, connection);
    for (auto version = connection.integer("PRAGMA user_version"); version < kStoreVersion; ++version)
        connection.execute(migrations()[static_cast<std::size_t>(version) - 1].c_str());
    connection.execute(("PRAGMA user_version = " + std::to_string(kStoreVersion)).c_str());
    transaction.commit();
}

/// Switching to the log needs the file for itself and does not always wait for
/// it as the busy timeout asks, so this waits.
void use_write_ahead_log(const fs::path& path, sqlite::Connection& connection) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyMilliseconds);
    for (;;) {
        try {
            const auto mode = connection.text("PRAGMA journal_mode = WAL");
            if (mode == "wal") return;
            throw RunError(path.string() + ": cannot use a write-ahead log here (SQLite stays with \"" + mode +
                           "\"); put the study on a local disk");
        } catch (const sqlite::Error& error) {
            if (error.code() != SQLITE_BUSY || std::chrono::steady_clock::now() > give_up) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
}

void sync_folder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;  // some file systems do not open folders
    ::fsync(descriptor);
    ::close(descriptor);
}

/// Makes the folders above the file. SQLite syncs the folder of the file
/// itself, so only folders that are new need it here.
void make_folders(const fs::path& path) {
    const auto folder = fs::absolute(path).parent_path();
    std::vector<fs::path> fresh;
    std::error_code error;
    for (auto at = folder; !fs::exists(at, error) && at.has_relative_path(); at = at.parent_path()) fresh.push_back(at);
    fs::create_directories(folder, error);
    if (error) throw InputError({folder.string(), "a folder that can be made", error.message(), ""});
    for (const auto& made : fresh) sync_folder(made.parent_path());
}

void check_path(const fs::path& path, Access access) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (fs::is_directory(status)) throw another_kind(path, "a folder");
    if (fs::exists(status)) return;
    if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
        throw another_kind(path, error.message());
    if (access == Access::existing) throw another_kind(path, "no such file");
    make_folders(path);
}

/// A log can't be read without a place for its index, so a store in a folder
/// that we may not write to is read as what it then is: a file that nobody
/// changes. With a log beside it, it is not.
bool readable_only_as_immutable(const fs::path& path, const sqlite::Error& error) {
    std::error_code ignored;
    return (error.code() == SQLITE_CANTOPEN || error.code() == SQLITE_READONLY) && ::access(path.c_str(), R_OK) == 0 &&
           ::access(fs::absolute(path).parent_path().c_str(), W_OK) != 0 &&
           !fs::exists(fs::path(path) += "-wal", ignored);
}

/// Whether there are tables, which another process may be about to make.
bool comes_to_hold_tables(const fs::path& path, sqlite::Connection& connection, std::chrono::milliseconds patience) {
    constexpr std::chrono::milliseconds pause{5};
    for (const auto give_up = std::chrono::steady_clock::now() + patience;;) {
        {
            const sqlite::Transaction reading(connection, sqlite::Transaction::Kind::read);
            if (check_kind(path, connection)) return true;
        }
        if (std::chrono::steady_clock::now() >= give_up) return false;
        std::this_thread::sleep_for(pause);
    }
}

std::shared_ptr<SqliteFile> open_as(const fs::path& path, Access access, std::chrono::milliseconds patience,
                                    sqlite::Open how) {
    auto file = std::make_shared<SqliteFile>(path, how);
    auto& connection = file->connection;
    sqlite3_busy_timeout(connection.handle(), kBusyMilliseconds);
    if (access == Access::create && connection.read_only())
        throw InputError({path.string(), "a file that can be written to", "a read-only one", ""});
    const bool holds_tables = comes_to_hold_tables(path, connection, patience);
    if (!holds_tables && (access == Access::existing || connection.read_only()))
        throw another_kind(path, "an empty one");
    if (connection.read_only()) {
        if (const auto version = connection.integer("PRAGMA user_version"); version < kOldestReadAsToday)
            throw InputError({path.string(),
                              "a study file of version " + std::to_string(kOldestReadAsToday) + " or newer",
                              "version " + std::to_string(version) + " in a file that may not be written to",
                              "copy it to where it may be, and open it there once"});
        return file;
    }
    use_write_ahead_log(path, connection);
    connection.execute("PRAGMA synchronous = FULL");
    connection.execute("PRAGMA foreign_keys = ON");
    if (!holds_tables) make_tables(path, connection);
    if (connection.integer("PRAGMA user_version") < kStoreVersion) migrate(path, connection);
    return file;
}

InputError cannot_open(const fs::path& path, const sqlite::Error& error) {
    if (error.code() == SQLITE_NOTADB) return another_kind(path, "something that is not SQLite");
    if (::access(path.c_str(), F_OK) == 0 && ::access(path.c_str(), R_OK) != 0)
        return another_kind(path, "a file that may not be read");
    return InputError({path.string(), "a study file that can be opened", error.what(), ""});
}

}  // namespace

std::shared_ptr<SqliteFile> open_sqlite_file(const fs::path& path, Access access, std::chrono::milliseconds patience) {
    check_path(path, access);
    try {
        const auto how = access == Access::create ? sqlite::Open::create : sqlite::Open::existing;
        return open_as(path, access, patience, how);
    } catch (const sqlite::Error& error) {
        if (access == Access::create || !readable_only_as_immutable(path, error)) throw cannot_open(path, error);
    }
    try {
        return open_as(path, access, patience, sqlite::Open::immutable);
    } catch (const sqlite::Error& error) {
        throw cannot_open(path, error);
    }
}

}  // namespace hwnas
