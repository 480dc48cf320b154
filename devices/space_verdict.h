#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "devices/calibration.h"
#include "regression/agreement.h"

namespace hwnas {

/// A whole network that was measured to calibrate a table or to judge it.
struct MeasuredNetwork {
    Json choices;  ///< of the space
    double predicted_ms = 0;
    double measured_ms = 0;          ///< in the first process
    std::optional<double> again_ms;  ///< in another process of the engine
};

/// What a table is worth for one space: how whole networks' latencies are had from its
/// rows, and how far that is from what is measured.
struct SpaceVerdict {
    std::string space;        ///< its name
    Json space_file;          ///< the whole space, so that the table can be judged anew
    std::string date;         ///< UTC
    Calibration calibration;  ///< fitted on networks that were not held out
    std::size_t calibrated_on = 0;
    Agreement held_out;                     ///< of predictions with other networks' least runs in either process
    std::optional<Agreement> remeasured;    ///< of two measurements of these: no prediction can beat that
    std::vector<MeasuredNetwork> networks;  ///< the held-out ones
    /// The same for energy, where the table has it.
    struct Energy {
        Calibration calibration;
        Agreement held_out;
    };
    std::optional<Energy> energy;
};

[[nodiscard]] Json to_json(const SpaceVerdict& verdict);
/// Problems go to the value's document.
[[nodiscard]] SpaceVerdict read_space_verdict(const JsonValue& value);

/// `{"networks", "mean_error_percent", "within_5_percent", "within_10_percent", "r2", "kendall_tau", "spearman"}`
[[nodiscard]] Json to_json(const Agreement& agreement);

}  // namespace hwnas
