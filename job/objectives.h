#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/json_reader.h"
#include "job/metrics.h"
#include "search/objective.h"

namespace hwnas {

/// The key of a metric in a study: its name, with `@DEVICE` where the job has
/// several devices and the metric is of one.
[[nodiscard]] std::string metric_key(const std::string& metric, const std::string& device, std::size_t devices);

/// A device that objectives and constraints may name.
struct ObjectiveDevice {
    std::string name;
    bool modelled = false;  ///< its figures are computed, not measured
};

/// Reads `objectives` and `constraints` of a job with these metrics and devices;
/// problems go to the document.
[[nodiscard]] std::pair<std::vector<Objective>, std::vector<Limit>> read_objectives(
    JsonObject& job, const std::vector<MetricKind>& metrics, const std::vector<ObjectiveDevice>& devices);

/// Writes the unit and direction of each objective that is of these metrics, and each such
/// constraint's unit, into the job, so that `objectives_of` needs no file that declares them.
void state_units(Json& job, const std::vector<MetricKind>& metrics);

/// The same from a job as a study keeps it, whose other parts nobody reads.
[[nodiscard]] std::pair<std::vector<Objective>, std::vector<Limit>> objectives_of(const Json& job);

}  // namespace hwnas
