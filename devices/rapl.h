#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "devices/energy_meter.h"

namespace hwnas {

/// The CPU packages' own counters (Running Average Power Limit), as Linux shows
/// them under /sys/class/powercap: `intel-rapl:N` of Intel and AMD alike, whose
/// `name` is `package-N`. Subdomains (core, dram) and the whole platform (psys)
/// would count energy twice. Everything that runs on a package is counted, and
/// its idle power too. A counter starts anew at `max_energy_range_uj`: at 100 W
/// after some 40 minutes, so the meter must be read more often than that.
class RaplMeter : public EnergyMeter {
public:
    [[nodiscard]] double millijoules() override;

private:
    friend struct RaplAccess;
    struct Package {
        std::filesystem::path counter;
        std::int64_t range = 0;  // microjoules
        std::int64_t last = 0;   // microjoules
    };
    std::vector<Package> packages_;
    double total_ = 0;  // microjoules
};

/// A meter, or why there is none.
struct RaplAccess {
    std::unique_ptr<EnergyMeter> meter;
    std::string reason;  ///< empty where there is a meter

    /// `root`: /sys/class/powercap, or a tree made like it.
    [[nodiscard]] static RaplAccess open(const std::filesystem::path& root);
};

}  // namespace hwnas
