#pragma once

#include <string>

namespace hwnas {

/// Whether an address names a database server: `postgresql://...` or `postgres://...`.
[[nodiscard]] bool is_server_address(const std::string& address);

/// The address as messages may show it: without what it says of a password.
[[nodiscard]] std::string shown_address(const std::string& address);

/// Whether it says a password, which may stand in no job, no study and no list of processes.
[[nodiscard]] bool tells_password(const std::string& address);

/// What to do instead.
extern const char* const instead_of_password;

}  // namespace hwnas
