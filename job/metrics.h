#pragma once

#include <string>
#include <vector>

#include "search/objective.h"

namespace hwnas {

/// A figure that objectives and constraints may name.
struct MetricKind {
    std::string name;
    std::string unit;
    Direction direction;
    bool of_device;  ///< one per device of the job
    bool known;      ///< before any evaluation
};

/// Every metric, in the order in which help lists them.
[[nodiscard]] const std::vector<MetricKind>& metric_kinds();

/// Null where there is none of that name.
[[nodiscard]] const MetricKind* find_metric(const std::string& name);

}  // namespace hwnas
