#pragma once

#include "devices/cost_table.h"
#include "space/compiled_metric.h"

namespace hwnas {

/// Latency or energy of any architecture of the space: the sum of its segments' rows,
/// corrected where the table has a calibration for this space. Infinite for an
/// architecture with a segment that the device can't run.
/// Throws InputError that counts and lists the rows that are missing and names the
/// command that would measure them, or where the device runs no network of the space.
[[nodiscard]] CompiledMetric latency_metric(const CompiledSpace& space, const CostTable& table);
[[nodiscard]] CompiledMetric energy_metric(const CompiledSpace& space, const CostTable& table);

}  // namespace hwnas
