#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hwnas {

/// The line, counted from 1, that holds the byte at `offset`.
[[nodiscard]] std::size_t line_of_offset(std::string_view text, std::size_t offset);

/// The line on which the value at a JSON pointer starts; empty where the text
/// has no such value. `text` must be JSON that the parser accepts.
[[nodiscard]] std::optional<std::size_t> line_of_pointer(std::string_view text, const std::string& pointer);

}  // namespace hwnas
