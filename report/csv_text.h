#pragma once

#include <string>

namespace hwnas {

/// A cell as RFC 4180 has it: quoted where it must be.
[[nodiscard]] std::string csv_cell(const std::string& text);

/// A figure's name in a header: `top1 [%]`; alone where the unit says nothing more.
[[nodiscard]] std::string with_unit(const std::string& key, const std::string& unit);

}  // namespace hwnas
