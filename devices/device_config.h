#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "devices/accelerator/accelerator.h"
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
        /// A round takes further bursts, up to so many, until the confidence interval
        /// (95 %) of its median is within `agree_percent`.
        std::int64_t most_bursts = 2;
    };

    std::string name;
    std::string runner = "libtorch";  ///< one of `runner_names`
    RunSettings run;                  ///< batch, threads, data type, the length of a burst, the engine's settings
    Rounds rounds;
    std::vector<std::string> command;        ///< of the runner `command`: the program and its arguments
    std::vector<std::int64_t> cpus;          ///< processors that the runner's program may use; empty: any
    double limit_seconds = 120;              ///< that a burst may take
    std::optional<Accelerator> accelerator;  ///< of the runner `model`: the chip
    std::filesystem::path powercap_root = "/sys/class/powercap";
    std::filesystem::path folder;  ///< of the file: what relative paths in it are relative to
    Json source;                   ///< as it was read

    /// Throws InputError with all problems.
    [[nodiscard]] static DeviceConfig load(const std::filesystem::path& path);
    /// Problems go to the value's document.
    [[nodiscard]] static DeviceConfig read(const JsonValue& value);
};

}  // namespace hwnas
