#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "study/sql.h"
#include "study/store.h"

namespace hwnas {

/// A store in a PostgreSQL database, in tables of the schema `hwnas`, which Access::create makes.
/// What commits is on the server's disk (synchronous_commit is on). A connection that was lost is
/// made anew for ten minutes; where it was lost amid a commit, the server is asked whether that
/// came through. Locks are advisory ones of the session, taken again with a new connection.
///
/// The first connection is tried for as long as `patience`. Throws InputError on an address that
/// tells a password or cannot be read, a server that cannot be reached or does not let us in, a
/// database without a store (Access::existing), a store of a newer version.
[[nodiscard]] std::shared_ptr<sql::Database> open_postgresql_database(const std::string& address, Access access,
                                                                      std::chrono::seconds patience = {});

}  // namespace hwnas
