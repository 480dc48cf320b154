#pragma once

#include <memory>

#include "study/sql.h"
#include "study/sqlite_file.h"

namespace hwnas {

/// An open store file as a database. Locks are bytes of the file `STORE-lock`.
[[nodiscard]] std::shared_ptr<sql::Database> make_sqlite_database(std::shared_ptr<SqliteFile> file);

}  // namespace hwnas
