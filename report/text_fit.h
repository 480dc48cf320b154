#pragma once

#include <string>
#include <vector>

namespace hwnas {

/// The words as far as they fit the width (pixels, at a font size), with `...` where something was cut off.
[[nodiscard]] std::string fitted(const std::string& words, double size, double width);

/// Lines that fit the width, broken at spaces; a longer word stands alone and is fitted.
[[nodiscard]] std::vector<std::string> wrapped(const std::string& words, double size, double width);

}  // namespace hwnas
