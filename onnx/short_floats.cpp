#include "onnx/short_floats.h"

#include <bit>
#include <cmath>

namespace hwnas {
namespace {

std::uint16_t to_brain(float value) {
    auto bits = std::bit_cast<std::uint32_t>(value);
    if (std::isnan(value)) return static_cast<std::uint16_t>((bits >> 16U) | 0x40U);
    bits += 0x7fffU + ((bits >> 16U) & 1U);
    return static_cast<std::uint16_t>(bits >> 16U);
}

std::uint16_t to_half(float value) {
    const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000U : 0U);
    if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7e00U);
    const float magnitude = std::fabs(value);
    if (magnitude >= 65520.0F) return static_cast<std::uint16_t>(sign | 0x7c00U);
    // Below 2^-14 numbers are multiples of 2^-24; nearbyint rounds ties to even.
    if (magnitude < 0x1p-14F)
        return static_cast<std::uint16_t>(sign + static_cast<int>(std::nearbyint(magnitude * 0x1p24F)));
    int exponent = 0;
    const float fraction = std::frexp(magnitude, &exponent);  // in [0.5, 1)
    const auto scaled = static_cast<int>(std::nearbyint(fraction * 2048.0F));
    // A fraction that rounds up to 2048 carries into the exponent, as it should.
    return static_cast<std::uint16_t>(sign + ((exponent + 13) << 10) + scaled);
}

}  // namespace

std::uint16_t to_short_float(float value, ShortFloat form) {
    return form == ShortFloat::half ? to_half(value) : to_brain(value);
}

}  // namespace hwnas
