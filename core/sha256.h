#pragma once

#include <string>
#include <string_view>

namespace hwnas {

/// SHA-256 as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace hwnas
