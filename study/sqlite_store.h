#pragma once

#include <filesystem>
#include <memory>

#include "study/store.h"

namespace hwnas {

/// The version of a store's schema, of a file kept in `PRAGMA user_version`. A store of a
/// newer one is refused: writing to it as if it were this one could break it.
inline constexpr int kStoreVersion = 4;

/// The oldest version whose studies read like today's.
inline constexpr int kOldestReadAsToday = 2;

/// Studies in one SQLite file (write-ahead log, synchronous=FULL): what `put`
/// returned from survives kill -9 and a power cut. Several processes of one
/// machine may use the file at once; a network file system is no place for it.
/// A file that may not be written to can be read.
/// Throws InputError on a missing file (Access::existing), a file of another
/// kind or of a newer version, a file or folder that can't be made.
[[nodiscard]] std::shared_ptr<Store> open_sqlite_store(const std::filesystem::path& path, Access access);

}  // namespace hwnas
