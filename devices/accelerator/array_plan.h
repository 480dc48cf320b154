#pragma once

#include <cstdint>

namespace hwnas {

/// How a layer lies on the array, whatever its tiles are.
struct ArrayPlan {
    // Row stationary, with the letters of Chen et al., JSSC 2017, table II.
    std::int64_t e = 1;  ///< output rows beside each other
    std::int64_t r = 1;  ///< PE sets that share filters and differ in channels
    std::int64_t t = 1;  ///< PE sets that share channels and differ in filters
    std::int64_t p = 1;  ///< filters that one PE takes in turn
    std::int64_t q = 1;  ///< channels that one PE takes in turn
    // Vector.
    std::int64_t filter_lanes = 1;
    std::int64_t pixel_lanes = 1;
    std::int64_t filter_block = 1;  ///< sums that a lane holds: filters x pixels
    std::int64_t pixel_block = 1;
};

}  // namespace hwnas
