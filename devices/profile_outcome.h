#pragma once

#include <cstddef>

namespace hwnas {

/// What a profile came to.
struct ProfileOutcome {
    std::size_t measured = 0;      ///< rows that were added or replaced
    std::size_t noisy = 0;         ///< of these, marked as noisy
    std::size_t transferred = 0;   ///< rows that follow from other devices' tables
    std::size_t interpolated = 0;  ///< rows that follow from others
    std::size_t unsupported = 0;   ///< of these, what the device can't run
    bool stopped = false;          ///< on request: some are still missing
};

}  // namespace hwnas
