#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace hwnas {

/// How far the measuring of a space's segments is.
struct SegmentProgress {
    std::size_t known = 0;                   ///< segments with a measured row
    std::size_t missing = 0;                 ///< without one
    std::size_t measured_now = 0;            ///< of the known ones, in this run
    std::chrono::duration<double> spent{0};  ///< on these
    std::chrono::duration<double> left{0};   ///< may be negative
};

struct SegmentBudget {
    std::size_t least = 300;                  ///< measured even if the time does not suffice
    std::optional<std::size_t> exactly = {};  ///< so many, however long it takes

    /// How many segments to measure next, 0 where it is enough: all that are missing where they fit into the time
    /// that is left, else a batch from which the choice of the next one learns.
    [[nodiscard]] std::size_t next(const SegmentProgress& progress) const;
};

}  // namespace hwnas
