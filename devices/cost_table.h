#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/json_reader.h"
#include "space/compiled_metric.h"

namespace hwnas {

/// What was measured of one segment. Latency of one run of the whole batch.
struct CostRow {
    double latency_ms = 0;         ///< the least run of all rounds: what noise does not reach
    double latency_median_ms = 0;  ///< median over all runs
    double spread_percent = 0;     ///< interquartile range over median
    double round_gap_percent = 0;  ///< how far the two lowest rounds' minima are apart
    std::int64_t rounds = 0;
    std::int64_t runs = 0;
    bool noisy = false;  ///< the rounds never agreed
    std::optional<double> energy_mj;
};

/// Measured costs of segments on one device with one setting, kept as a JSON file
/// with a version of its schema.
struct CostTable {
    std::string device;
    std::int64_t batch = 1;
    std::int64_t threads = 1;
    std::string data_type = "float32";
    Json context = Json::object();        ///< machine, load, versions, date
    std::map<std::string, CostRow> rows;  ///< by `Segment::key`

    /// Throws InputError.
    static CostTable load(const std::filesystem::path& path);
    void save(const std::filesystem::path& path) const;
    [[nodiscard]] bool has_energy() const;
};

/// Latency or energy of any architecture of the space: the sum of its segments'
/// rows. Throws InputError that counts and lists the rows that are missing and
/// names the command that would measure them.
[[nodiscard]] CompiledMetric latency_metric(const CompiledSpace& space, const CostTable& table);
[[nodiscard]] CompiledMetric energy_metric(const CompiledSpace& space, const CostTable& table);

}  // namespace hwnas
