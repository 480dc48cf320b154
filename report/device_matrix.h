#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/front.h"

namespace hwnas {

/// Where one device's best network is another's waste: of all networks that are at least so
/// accurate, the one that costs least on each device, and what it costs on the others
/// (HAQ, arXiv 1811.08886, table 4; ProxylessNAS, arXiv 1812.00332, table 3).
struct DeviceMatrix {
    std::string accuracy;  ///< key of the first objective that is maximised
    std::string accuracy_unit;
    std::string cost = "latency";  ///< of which metric
    std::string unit = "ms";
    std::vector<std::string> devices;  ///< in the order of their names
    std::vector<std::string> labels;   ///< theirs for people: `npu (modelled)`
    struct Level {
        double at_least = 0;                    ///< of the accuracy
        std::vector<std::size_t> best;          ///< for each device: index into Front::networks
        std::vector<std::vector<double>> cost;  ///< [network of device i][on device j]
    };
    std::vector<Level> levels;  ///< rising; fewer where the same networks are best
};

/// Empty where there are fewer than two devices, or nothing is maximised. A device counts where all
/// networks within the limits have its latency, an objective or not. `modelled` names those whose
/// figures are computed.
[[nodiscard]] std::optional<DeviceMatrix> device_matrix(const Front& front, const std::vector<std::string>& modelled);

[[nodiscard]] Json to_json(const DeviceMatrix& matrix, const Front& front);
/// A table a level, for a terminal or Markdown.
[[nodiscard]] std::string device_matrix_text(const DeviceMatrix& matrix, const Front& front);

}  // namespace hwnas
