#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "devices/cost_table.h"
#include "space/compiled_space.h"

namespace hwnas {

/// The row of a segment, if it was measured or modelled itself; else null.
[[nodiscard]] const CostRow* measured_row(const CostTable& table, const Segment& segment);

/// Which of a space's segments to measure when there are too many, and what the others cost: a Gaussian
/// process over `segment_features` of the logarithm of latency. Where it knows least is measured next
/// (nn-Meter samples widths for the same end, MobiSys 2021, section 5.2).
class SegmentSampling {
public:
    /// The segments must outlive this.
    explicit SegmentSampling(std::vector<const Segment*> segments, std::uint64_t seed = 0);

    /// Never to be measured: the runner fails on it.
    void leave_out(const std::string& key) { left_out_.insert(key); }

    /// How many segments have no measured row and are not left out.
    [[nodiscard]] std::size_t missing(const CostTable& table) const;

    /// Segments without a measured row that are to be measured next, `count` or as many as there are: at first
    /// spread over the space by their features, then where the process over the table's rows is least sure.
    [[nodiscard]] std::vector<const Segment*> next(const CostTable& table, std::size_t count) const;

    /// Gives every segment without a row the process's expectation, marked as interpolated, with its
    /// deviation in percent in the row's details; energy too, where all measured rows have it. Gives how many.
    /// A segment that is like one that the device can't run (the same operators) can't be run either.
    std::size_t fill(CostTable& table) const;

private:
    std::vector<const Segment*> segments_;
    std::uint64_t seed_;
    std::set<std::string> left_out_;
};

}  // namespace hwnas
