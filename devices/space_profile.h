#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "devices/profiler.h"
#include "space/compiled_space.h"

namespace hwnas {

struct SpaceProfileOptions {
    ProfileOptions rows;  ///< where the table is kept, in which order, what is reported
    /// Whole networks that are measured beside the segments to fit the calibration, and
    /// others to judge it; with 0 and 0 the table's latencies stay plain sums.
    std::size_t calibrate_on = 40;
    std::size_t held_out = 40;
    /// As many segments are measured as fit into this time, the networks to calibrate on included, those that are
    /// held out not, and the others are interpolated (SegmentSampling). Unset: nine minutes, and a table in
    /// which every segment has a row stays as it is.
    std::optional<std::chrono::duration<double>> time = {};
    std::size_t least_segments = 300;  ///< measured even if the time does not suffice
    /// Measured instead of as many as fit into a time.
    std::optional<std::size_t> segments = {};
    std::function<std::chrono::duration<double>()> clock = [] {
        return std::chrono::steady_clock::now().time_since_epoch();
    };
    std::filesystem::path space_path;  ///< kept with the verdict
    Json space_file;                   ///< the space as it was read; likewise
    /// What is done now, a line for a person.
    std::function<void(const std::string&)> say = [](const std::string&) {};
};

/// Measures what the table lacks of a space: segments, and whole networks drawn from it in
/// the same rounds; measures the held-out networks again in a new process of the engine; fits
/// the calibration and writes it with its verdict into the table.
/// Throws as `profile`; RunError of segments comes after all else is measured.
ProfileOutcome profile_space(const CompiledSpace& space, Runner& runner, EnergyMeter* meter, const DeviceConfig& device,
                             CostTable& table, const SpaceProfileOptions& options, const std::stop_token& stop);

/// Judges a table on fresh networks: measured twice, in two processes of the engine. What the table
/// predicts is compared with the mean of both, the two with each other.
struct VerifyOptions {
    std::size_t networks = 100;
    std::uint64_t seed = 0;
    std::function<void(const ProfileProgress&)> progress = {};
};
struct Verification {
    Agreement held_out;
    Agreement remeasured;
    std::vector<MeasuredNetwork> networks;
    bool stopped = false;
};
[[nodiscard]] Verification verify_table(const CompiledSpace& space, Runner& runner, const DeviceConfig& device,
                                        const CostTable& table, const VerifyOptions& options,
                                        const std::stop_token& stop);

}  // namespace hwnas
