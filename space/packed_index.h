#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace hwnas {

/// The mixed-radix number of up to eight neighbouring bytes by two
/// multiplications. The bytes are one word, its even and odd bytes lie in
/// 16-bit lanes; in the product of lanes and reversed weights, the highest lane
/// is the sum of all products byte * weight.
class PackedIndex {
public:
    /// `radix[i]` is the weight of byte first + i of an encoding of `length`
    /// bytes, none of which is above `largest`. Empty where that does not fit a
    /// word, or a lane could run over.
    [[nodiscard]] static std::optional<PackedIndex> make(std::size_t first, std::span<const std::uint32_t> radix,
                                                         std::size_t length, std::uint32_t largest);

    [[nodiscard]] std::uint32_t operator()(const std::uint8_t* encoding) const {
        constexpr std::uint64_t lanes = 0x00ff00ff00ff00ffULL;
        std::uint64_t word = 0;
        std::memcpy(&word, encoding + first_byte_, sizeof word);
        return static_cast<std::uint32_t>((((word & lanes) * even_) >> 48U) + ((((word >> 8U) & lanes) * odd_) >> 48U));
    }

private:
    std::uint64_t even_ = 0;
    std::uint64_t odd_ = 0;
    std::uint32_t first_byte_ = 0;
};

}  // namespace hwnas
