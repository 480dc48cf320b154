#pragma once

namespace hwnas {

/// Counts the energy that a device has used.
class EnergyMeter {
public:
    virtual ~EnergyMeter() = default;
    /// Millijoules since the meter was made; never falls. Throws RunError where
    /// the counter can't be read any more.
    [[nodiscard]] virtual double millijoules() = 0;
};

}  // namespace hwnas
