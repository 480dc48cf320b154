#pragma once

#include <cstdint>

namespace hwnas {

enum class ShortFloat {
    half,  ///< IEEE 754 binary16: 5 bits of exponent, 10 of fraction
    brain  ///< bfloat16: float32 without its last 16 bits of fraction
};

/// Rounded to nearest, ties to even; beyond the range an infinity.
[[nodiscard]] std::uint16_t to_short_float(float value, ShortFloat form);

}  // namespace hwnas
