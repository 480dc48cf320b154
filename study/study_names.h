#pragma once

#include <string>
#include <vector>

#include "core/error.h"

namespace hwnas {

/// What every store says alike; `store` is its address.
[[nodiscard]] InputError name_taken(const std::string& store, const std::string& name);
/// Lists the names that there are, and suggests the nearest.
[[nodiscard]] InputError name_unknown(const std::string& store, const std::string& name,
                                      const std::vector<std::string>& names);
/// `a, b, c`
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

}  // namespace hwnas
