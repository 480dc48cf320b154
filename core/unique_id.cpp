#include "core/unique_id.h"

#include <array>
#include <cstdint>
#include <random>

namespace hwnas {

std::string unique_id() {
    std::random_device device;  // the system's own source, not a seeded engine
    std::array<std::uint8_t, 16> bytes{};
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(device() & 0xffU);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x40U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += {digits[bytes[i] >> 4U], digits[bytes[i] & 15U]};
    }
    return text;
}

}  // namespace hwnas
