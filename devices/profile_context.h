#pragma once

#include <string>

#include "devices/cost_table.h"
#include "devices/device_config.h"
#include "devices/runner.h"

namespace hwnas {

/// What rows that are measured now depend on: the machine, the engine, the device's rounds
/// and bursts. Throws RunError where the engine does not answer.
[[nodiscard]] Json profile_context(const DeviceConfig& device, Runner& runner);

/// Makes this the table's context; an earlier one is kept under `earlier`.
/// Rows of two settings, processors or engines can't be added up, so this throws
/// InputError (place: `place`) where the table has rows of others.
void begin_profile(CostTable& table, const DeviceConfig& device, Json context, const std::string& place);

}  // namespace hwnas
