#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "devices/space_verdict.h"

namespace hwnas {

/// Where a row's figures come from.
enum class RowOrigin {
    measured,
    modelled,      ///< computed from a description of the chip (runner `model`)
    interpolated,  ///< from measured rows of other widths
    transferred    ///< from other devices' tables and a few measurements
};

/// What is known of one segment, or of a whole network. Latency of one run of the whole batch.
struct CostRow {
    double latency_ms = 0;         ///< the least run of all rounds: what noise does not reach
    double latency_median_ms = 0;  ///< median over all runs
    double lower_quartile_ms = 0;
    double upper_quartile_ms = 0;
    double round_gap_percent = 0;   ///< how far the two lowest rounds' minima are apart
    std::vector<double> rounds_ms;  ///< each round's least run, in order
    std::int64_t runs = 0;
    bool noisy = false;                ///< the rounds never agreed
    std::optional<double> throughput;  ///< images a second of all streams together
    std::optional<double> energy_mj;   ///< of one run; idle power is in it unless `idle_mj` says otherwise
    std::optional<double> idle_mj;  ///< that the device would have used in the time of one run, taken off `energy_mj`
    /// Why the device can't run it; then nothing else is known.
    std::string unsupported;
    RowOrigin origin = RowOrigin::measured;
    Json details = nullptr;  ///< what else the runner told: a model's utilisation, a timer's resolution

    friend bool operator==(const CostRow&, const CostRow&) = default;
};

/// Measured or modelled costs of segments on one device with one setting, kept as a JSON file
/// with a version of its schema.
struct CostTable {
    std::string device;
    std::int64_t batch = 1;
    std::int64_t threads = 1;
    std::string data_type = "float32";
    /// The device file that it was made by; null where that is not known.
    Json device_file = nullptr;
    Json context = Json::object();        ///< machine, load, versions, date
    std::map<std::string, CostRow> rows;  ///< by `Segment::key`
    std::vector<SpaceVerdict> verdicts;   ///< at most one a space

    /// Throws InputError.
    static CostTable load(const std::filesystem::path& path);
    void save(const std::filesystem::path& path) const;
    /// What such a file holds, and back. `name` is for messages. Throws InputError.
    [[nodiscard]] std::string text() const;
    static CostTable parse(const std::string& text, const std::string& name);
    [[nodiscard]] bool has_energy() const;
    /// Whether any row's figures were computed and not measured.
    [[nodiscard]] bool has(RowOrigin origin) const;
    /// Null where the space has none.
    [[nodiscard]] const SpaceVerdict* verdict(const std::string& space) const;
};

[[nodiscard]] std::string to_string(RowOrigin origin);

}  // namespace hwnas
