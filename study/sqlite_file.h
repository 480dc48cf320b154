#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

#include "study/sqlite.h"
#include "study/store.h"

namespace hwnas {

/// One open store file: its connection, which one thread has at a time.
struct SqliteFile {
    std::filesystem::path path;
    std::mutex mutex;
    sqlite::Connection connection;

    SqliteFile(std::filesystem::path path_, sqlite::Open how) : path(std::move(path_)), connection(path, how) {}

    /// Calls `work(connection)` alone, and turns SQLite's errors into RunErrors
    /// that name the file and what was being done.
    template <typename Work>
    auto with(const char* doing, Work&& work) {
        const std::lock_guard lock(mutex);
        try {
            return work(connection);
        } catch (const sqlite::Error& error) {
            throw RunError(path.string() + ": cannot " + doing + " (" + error.what() + ")");
        }
    }
};

/// Opens the file, checks that it is a store of this version, and makes tables
/// where there are none and `access` allows it, or waits for as long as `patience` for the process
/// that is just making them. Errors as `open_sqlite_store`.
[[nodiscard]] std::shared_ptr<SqliteFile> open_sqlite_file(const std::filesystem::path& path, Access access,
                                                           std::chrono::milliseconds patience = {});

}  // namespace hwnas
