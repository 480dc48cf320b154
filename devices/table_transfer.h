#pragma once

#include <stop_token>
#include <vector>

#include "devices/profiler.h"
#include "space/compiled_space.h"

namespace hwnas {

/// Makes a table for a new device from a few measurements and other devices' tables
/// (regression/cost_transfer.h): measures so many segments of the space, those that tell most, and completes the
/// others, which are then marked as transferred, with their expected relative error in the row's details. Rows that
/// the table has count as measured already. A segment that one of the known devices
/// refuses is refused.
/// Throws InputError where a known table lacks a segment of the space; else as `profile`.
ProfileOutcome transfer_table(const CompiledSpace& space, Runner& runner, const DeviceConfig& device, CostTable& table,
                              const std::vector<CostTable>& known, std::size_t budget, const ProfileOptions& options,
                              const std::stop_token& stop);

}  // namespace hwnas
