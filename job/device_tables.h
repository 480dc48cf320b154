#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <vector>

#include "devices/cost_table.h"
#include "devices/device_config.h"
#include "devices/space_profile.h"
#include "job/job.h"
#include "space/compiled_space.h"

namespace hwnas {

/// The distinct segments of a space that a table has no row for.
[[nodiscard]] std::vector<const Segment*> missing_segments(const CompiledSpace& space, const CostTable& table);

/// The table at a path, or an empty one for the device where there is no file.
[[nodiscard]] CostTable load_or_start_table(const std::filesystem::path& path, const DeviceConfig& device);

/// Measures what the table lacks of the space on the device's runner, with its energy where
/// this machine's can be metered, and saves it.
[[nodiscard]] ProfileOutcome profile_on_device(const CompiledSpace& space, const DeviceConfig& device, CostTable& table,
                                               SpaceProfileOptions options, const std::stop_token& stop);

/// How the job's devices are measured: in the order of its seed, for its space.
[[nodiscard]] SpaceProfileOptions profile_options(const Job& job);

/// A space with its file's text, to be kept with what is measured of it.
struct SpaceFile {
    std::filesystem::path path;
    Json content;
    SearchSpace space;

    /// Throws InputError.
    static SpaceFile load(const std::filesystem::path& path);
    /// The space for which the table has a verdict, the only one or the one of that name; or that of the file
    /// `name`.
    /// Throws InputError where there is none, or several and no name.
    static SpaceFile of_table(const CostTable& table, const std::string& table_name, const std::string& name = "");
};

}  // namespace hwnas
