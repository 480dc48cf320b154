#pragma once

#include <memory>

#include "study/sql.h"
#include "study/store.h"

namespace hwnas {

/// The studies of a database that has the tables.
[[nodiscard]] std::shared_ptr<Store> make_sql_store(std::shared_ptr<sql::Database> database);

/// The number of a study in its database, which another one of that name never gets. Throws
/// InputError that lists the names there are.
[[nodiscard]] std::int64_t sql_study_number(sql::Session& session, const std::string& store, const std::string& name);

}  // namespace hwnas
