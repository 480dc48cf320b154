#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "devices/cost_table.h"
#include "devices/device_config.h"
#include "devices/energy_meter.h"
#include "devices/profile_outcome.h"
#include "devices/runner.h"

namespace hwnas {

struct ProfileProgress {
    std::int64_t rounds_done = 0;
    std::string what = "segments";
    std::size_t segments = 0;       ///< to be measured: in this call, or in all of a space's profile
    std::size_t segments_left = 0;  ///< of these
    std::size_t energies_left = 0;  ///< rows that then want their energy measured
    double seconds_left = 0;        ///< estimated; noise may ask for further rounds
};

struct ProfileOptions {
    /// Where the table is kept while it grows; empty: nowhere.
    std::filesystem::path table_path = {};
    /// Rows that are marked as noisy are measured again and replaced.
    bool repeat_noisy = false;
    std::uint64_t seed = 0;  ///< of the order in which segments are measured
    std::function<void(const ProfileProgress&)> progress = {};
    std::string what = "segments";  ///< is measured, for the progress
    /// Why there is no energy meter, for the table's context.
    std::string no_energy_reason = {};
    std::chrono::duration<double> least_between_saves{2};
    /// Timed again and again between the others: what changes there is the machine. Bursts beside which
    /// it is slower than it can be by more than `most_slowdown_percent` are dropped and made again, for
    /// as much disturbed time in all as went into bursts that count, at least `least_patience` and at most
    /// `patience`; then everything counts. Null: nothing is watched.
    const Segment* reference = nullptr;
    std::optional<double> reference_ms = {};  ///< what it took at its best, where that is known
    double most_slowdown_percent = 5;
    std::chrono::duration<double> least_patience{5};
    std::chrono::duration<double> patience{300};
    /// Keys of what is a whole network: measured in as many rounds as a segment may be at most, or half of them where
    /// their median is as near to the lowest one as a segment's two lowest rounds have to be to each other. A network
    /// reaches beyond the core's own caches, so that others on the machine slow it a little all the time, and only
    /// many rounds tell what is usual.
    std::set<std::string> networks = {};
    /// So many segments take part in a round; others enter as these are done, so
    /// that a stop in a large space loses seconds of work and not the whole.
    std::size_t segments_in_a_round = 256;
};

/// Measures the segments that have no row in the table and adds their rows: in
/// rounds of shuffled bursts, one burst a segment, so that a disturbance of the
/// machine falls on many segments a little and on none alone. A segment is done
/// when the minima of its two lowest rounds agree (DeviceConfig::Rounds). With a
/// meter, further bursts give the energy of one run to each row without it.
///
/// The table is saved durably after each round, every few seconds in between,
/// and at a stop: rows that are done are never lost.
///
/// Throws InputError where the table was measured with another setting, CPU or
/// engine than these; SegmentFailures, after the others are done and saved, with
/// each segment on which the runner failed; at once where the first eight fail and nothing was measured.
ProfileOutcome profile(const std::vector<const Segment*>& segments, Runner& runner, EnergyMeter* meter,
                       const DeviceConfig& device, CostTable& table, const ProfileOptions& options,
                       const std::stop_token& stop);

}  // namespace hwnas
