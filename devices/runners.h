#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "devices/device_config.h"
#include "devices/runner.h"

namespace hwnas {

/// What a device file may say of a runner.
struct RunnerKind {
    std::string name;
    std::vector<std::string> data_types;  ///< the default first
    bool streams = false;                 ///< whether it can run copies of a network at once
    bool modelled = false;                ///< it computes its figures: nothing is measured
    bool this_machine = true;             ///< it runs on this machine's processor, with its energy
    /// Reports problems of the device's `engine`; false where there are any.
    bool (*check_engine)(const JsonValue& engine) = nullptr;
};

[[nodiscard]] std::vector<std::string> runner_names();
/// The one of that name, which must be one of those.
[[nodiscard]] const RunnerKind& runner_kind(const std::string& name);

/// Where the programs of runners are: `hwnas-trainer`, `hwnas-onnxruntime`, `web/runner.mjs`,
/// and `libonnxruntime` and `onnxruntime-web`, what these load. Throws InputError where one is not there.
using FindProgram = std::function<std::string(const std::string& name)>;

/// The runner of a device, whose programs start when they are first needed.
[[nodiscard]] std::unique_ptr<Runner> make_runner(const DeviceConfig& device, const FindProgram& find_program);

}  // namespace hwnas
