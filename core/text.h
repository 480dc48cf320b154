#pragma once

#include <string>
#include <string_view>

namespace hwnas {

/// The text with every byte that is not UTF-8 replaced, so that whatever a
/// program wrote can stand in a JSON file or a store.
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

/// A number with nine significant digits at most, for messages.
[[nodiscard]] std::string number_text(double value);

/// The first `longest` bytes, and `...` where something was cut off.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t longest);

}  // namespace hwnas
