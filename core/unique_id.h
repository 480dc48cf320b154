#pragma once

#include <string>

namespace hwnas {

/// A random UUID (version 4), in lower case: nobody else has it.
[[nodiscard]] std::string unique_id();

}  // namespace hwnas
