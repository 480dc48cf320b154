#pragma once

#include <optional>
#include <string>
#include <vector>

#include "search/objective.h"

namespace hwnas {

/// A figure that objectives and constraints may name.
struct MetricKind {
    std::string name;
    std::string unit;
    std::optional<Direction> direction;  ///< what is better, where nobody says otherwise
    bool of_device;                      ///< one per device of the job
    bool known;                          ///< before any evaluation
};

/// Every metric of a network, in the order in which help lists them.
[[nodiscard]] const std::vector<MetricKind>& metric_kinds();

/// Null where there is none of that name, among those of a network or among others.
[[nodiscard]] const MetricKind* find_metric(const std::string& name);
[[nodiscard]] const MetricKind* find_metric(const std::vector<MetricKind>& metrics, const std::string& name);

}  // namespace hwnas
