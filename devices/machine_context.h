#pragma once

#include <filesystem>
#include <string>

#include "core/json_reader.h"

namespace hwnas {

/// What a measurement on this machine depends on: `{"date", "host", "kernel",
/// "cpu": {"model", "online", "architecture", "caches": [{"level", "type",
/// "kib"}], "governor", "megahertz", "virtual"?}, "load": [1, 5 and 15 minutes],
/// "memory_mib", "board_serial", "temperatures_celsius": {zone: degrees}, "build": {"compiler", "type"}}`. What the
/// system does not tell is null. `root` stands before /proc and /sys, so that a test drives it.
[[nodiscard]] Json machine_context(const std::filesystem::path& root = "/");

/// Now, as `2024-05-01T12:00:00Z`.
[[nodiscard]] std::string utc_now();

}  // namespace hwnas
