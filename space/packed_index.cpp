#include "space/packed_index.h"

#include <algorithm>
#include <bit>

namespace hwnas {

std::optional<PackedIndex> PackedIndex::make(std::size_t first, std::span<const std::uint32_t> radix,
                                             std::size_t length, std::uint32_t largest) {
    constexpr std::size_t word = sizeof(std::uint64_t);
    constexpr std::uint64_t lanes = 4;
    constexpr std::uint64_t lane_limit = 1U << 16U;
    if (std::endian::native != std::endian::little || length < word || radix.size() > word) return std::nullopt;
    PackedIndex index;
    // Near the end of an encoding the word starts before the first byte that is meant.
    index.first_byte_ = static_cast<std::uint32_t>(std::min(first, length - word));
    for (std::size_t i = 0; i < radix.size(); ++i) {
        if (lanes * largest * radix[i] >= lane_limit) return std::nullopt;
        const std::size_t position = first + i - index.first_byte_;
        const std::size_t reversed_lane = lanes - 1 - position / 2;
        (position % 2 == 0 ? index.even_ : index.odd_) |= std::uint64_t{radix[i]} << (16 * reversed_lane);
    }
    return index;
}

}  // namespace hwnas
