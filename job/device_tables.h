#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <vector>

#include "devices/cost_table.h"
#include "devices/device_config.h"
#include "devices/profiler.h"
#include "space/compiled_space.h"

namespace hwnas {

/// The distinct segments of a space that a table has no row for.
[[nodiscard]] std::vector<const Segment*> missing_segments(const CompiledSpace& space, const CostTable& table);

/// The table at a path, or an empty one for the device where there is no file.
[[nodiscard]] CostTable load_or_start_table(const std::filesystem::path& path, const DeviceConfig& device);

/// Measures what the table lacks of the space on the device's runner and saves it.
/// `repeat_noisy` measures rows again that are marked so.
[[nodiscard]] ProfileOutcome profile_space(const CompiledSpace& space, const DeviceConfig& device, CostTable& table,
                                           ProfileOptions options, const std::stop_token& stop);

}  // namespace hwnas
