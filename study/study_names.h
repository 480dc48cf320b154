#pragma once

#include <string>
#include <vector>

#include "study/store.h"

namespace hwnas {

/// What every store says alike; `store` is its address.
[[nodiscard]] InputError name_taken(const std::string& store, const std::string& name);
/// Lists the names that there are, and suggests the nearest.
[[nodiscard]] InputError name_unknown(const std::string& store, const std::string& name,
                                      const std::vector<std::string>& names);
/// Of a study that is claimed otherwise than `wanted` needs it.
[[nodiscard]] InputError study_in_use(const std::string& store, const std::string& name, Use wanted);
/// Of a study that was removed, to whoever goes on with it.
[[nodiscard]] RunError study_removed(const std::string& store, const std::string& name);
/// `a, b, c`
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

}  // namespace hwnas
