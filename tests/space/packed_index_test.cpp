#include "space/packed_index.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/rng.h"

using namespace hwnas;

TEST_CASE("a packed index is the sum of bytes by weights, wherever the bytes lie") {
    Rng rng(5);
    for (int repeat = 0; repeat < 2000; ++repeat) {
        const std::size_t length = 8 + rng.below(40);
        const std::size_t count = rng.below(9);
        const std::size_t first = rng.below(length - count + 1);
        const auto largest = static_cast<std::uint32_t>(1 + rng.below(7));
        std::vector<std::uint32_t> radix;
        for (std::size_t i = 0; i < count; ++i) radix.push_back(static_cast<std::uint32_t>(rng.below(2000)));
        std::vector<std::uint8_t> encoding;
        for (std::size_t i = 0; i < length; ++i) encoding.push_back(static_cast<std::uint8_t>(rng.below(largest + 1)));
        std::uint32_t expected = 0;
        for (std::size_t i = 0; i < count; ++i) expected += radix[i] * encoding[first + i];
        const auto index = PackedIndex::make(first, radix, length, largest);
        REQUIRE(index.has_value());
        REQUIRE((*index)(encoding.data()) == expected);
    }
}

TEST_CASE("what does not fit a word or its lanes is not packed") {
    const std::vector<std::uint32_t> nine(9, 1);
    REQUIRE(!PackedIndex::make(0, nine, 20, 1));
    const std::vector<std::uint32_t> two{100, 1};
    REQUIRE(!PackedIndex::make(0, two, 7, 1));
    REQUIRE(PackedIndex::make(0, two, 8, 163));
    REQUIRE(!PackedIndex::make(0, two, 8, 164));
}
