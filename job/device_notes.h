#pragma once

#include <string>
#include <vector>

#include "core/json_reader.h"
#include "report/summary.h"

namespace hwnas {

/// What a study's devices are worth, a line each, from the tables that its job names as far as
/// they are still there: the verdict for the job's space, or that there is none.
[[nodiscard]] DeviceNotes device_notes(const Json& job);

/// The names of a job's devices whose figures are computed and not measured.
[[nodiscard]] std::vector<std::string> modelled_devices(const Json& job);

}  // namespace hwnas
