#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/json_reader.h"
#include "devices/runner.h"

namespace hwnas {

/// A device and how it is measured: `configs/devices/*.json`.
struct DeviceConfig {
    /// A segment is measured in rounds until the minima of its two lowest rounds
    /// agree, and marked as noisy where `most` rounds did not get there.
    struct Rounds {
        std::int64_t least = 3;
        std::int64_t most = 8;
        double agree_percent = 2;
    };

    std::string name;
    std::string runner = "libtorch";
    RunSettings run;  ///< batch, threads, data type, and the length of a burst
    Rounds rounds;
    std::filesystem::path powercap_root = "/sys/class/powercap";

    /// Throws InputError with all problems.
    [[nodiscard]] static DeviceConfig load(const std::filesystem::path& path);
    /// Problems go to the value's document.
    [[nodiscard]] static DeviceConfig read(const JsonValue& value);
};

}  // namespace hwnas
