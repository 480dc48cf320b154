#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "devices/device_config.h"
#include "devices/runner.h"
#include "space/compiled_space.h"

namespace hwnas {

/// A setting of a device file and the values to try: `threads`, `streams`, or `engine/NAME`.
struct TuningChoice {
    std::string key;
    std::vector<Json> values;
};

/// What is worth trying on a runner with so many processors; empty where it has nothing to set.
[[nodiscard]] std::vector<TuningChoice> usual_choices(const std::string& runner, std::int64_t processors);

struct TunedSetting {
    Json settings;          ///< by key of the choices
    DeviceConfig device;    ///< with them
    double latency_ms = 0;  ///< geometric mean over the networks of each one's least run; infinite where it failed
    double throughput = 0;  ///< images a second, likewise; 0 where the runner does not tell
    std::string failure;    ///< why it could not be measured; empty
};

/// Measures some networks under every combination of the choices, in shuffled rounds over all of them, so that
/// a disturbance falls on all alike. Gives all combinations, the lowest latency first.
/// `progress(done, of)` counts bursts.
[[nodiscard]] std::vector<TunedSetting> tune(const DeviceConfig& device, const std::vector<TuningChoice>& choices,
                                             const std::vector<const Segment*>& networks,
                                             const std::function<std::unique_ptr<Runner>(const DeviceConfig&)>& make,
                                             const std::function<void(std::size_t, std::size_t)>& progress,
                                             const std::stop_token& stop);

}  // namespace hwnas
