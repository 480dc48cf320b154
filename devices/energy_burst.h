#pragma once

#include <optional>

#include "devices/energy_meter.h"
#include "devices/runner.h"

namespace hwnas {

/// Millijoules of one run, idle power of the metered device included: a long
/// burst less a burst of one run, so that what surrounds the runs (making the
/// network, warming up, the way to the runner) cancels out. Empty where the
/// counter shows no difference in three attempts. Throws RunError.
[[nodiscard]] std::optional<double> energy_of_run(const Graph& graph, Runner& runner, EnergyMeter& meter,
                                                  const RunSettings& settings);

}  // namespace hwnas
