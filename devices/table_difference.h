#pragma once

#include <string>
#include <vector>

#include "devices/cost_table.h"
#include "regression/agreement.h"

namespace hwnas {

/// How two tables of the same segments differ: two devices, two settings, two days.
struct TableDifference {
    std::size_t only_in_first = 0;
    std::size_t only_in_second = 0;
    std::size_t unsupported_in_one = 0;  ///< rows that only one of the devices can run
    /// Second against first, over rows that both have with a figure.
    Agreement latency;
    double median_ratio = 1;  ///< second over first
    double least_ratio = 1;
    double most_ratio = 1;

    /// A row whose latencies are apart, by its ratio (second over first) relative to the median's.
    struct Row {
        std::string segment;
        double first_ms = 0;
        double second_ms = 0;
    };
    std::vector<Row> farthest;  ///< those farthest from the median ratio, the farthest first

    /// Settings and versions that are not the same, a line each: `threads: 1, 2`.
    std::vector<std::string> settings;
};

[[nodiscard]] TableDifference table_difference(const CostTable& first, const CostTable& second, std::size_t rows = 10);

}  // namespace hwnas
