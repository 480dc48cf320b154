#include "devices/space_rows.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "devices/runners.h"
#include "devices/segment_budget.h"
#include "devices/segment_failures.h"
#include "devices/segment_sampling.h"

namespace hwnas {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds usual_time{540};

void add(ProfileOutcome& outcome, const ProfileOutcome& part) {
    outcome.measured += part.measured;
    outcome.noisy += part.noisy;
    outcome.unsupported += part.unsupported;
    outcome.stopped = part.stopped;
}

/// How far all segments are, of the `wanted` ones, where a batch tells how far it is itself.
ProfileProgress of_all(ProfileProgress batch, std::size_t known, std::size_t wanted, std::optional<Seconds> time_left) {
    ProfileProgress all = batch;
    const std::size_t done = known + batch.segments - batch.segments_left;
    all.segments = wanted;
    all.segments_left = wanted - std::min(wanted, done);
    all.seconds_left *=
        static_cast<double>(all.segments_left) / static_cast<double>(std::max<std::size_t>(1, batch.segments_left));
    if (time_left) all.seconds_left = std::clamp(time_left->count(), 0.0, std::max(0.0, all.seconds_left));
    return all;
}

/// Nothing is asked of a table that is complete, if only by interpolation.
bool settled(const CompiledSpace& space, const CostTable& table, const SpaceProfileOptions& options) {
    if (options.segments || options.time) return false;
    return std::all_of(space.segments().begin(), space.segments().end(), [&](const Segment& segment) {
        const auto row = table.rows.find(segment.key);
        return row != table.rows.end() && row->second.origin != RowOrigin::transferred;
    });
}

}  // namespace

ProfileOutcome profile_rows(const CompiledSpace& space, const std::vector<const Segment*>& networks, Runner& runner,
                            EnergyMeter* meter, const DeviceConfig& device, CostTable& table,
                            const SpaceProfileOptions& options, const std::stop_token& stop) {
    const Seconds begin = options.clock();
    const bool enough = settled(space, table, options);
    const bool modelled = runner_kind(device.runner).modelled;
    std::vector<const Segment*> segments;
    for (const auto& segment : space.segments()) segments.push_back(&segment);
    SegmentSampling sampling(segments, options.rows.seed);
    ProfileOutcome outcome;
    std::map<std::string, std::string> failures;
    ProfileOptions rows = options.rows;
    rows.what = "whole networks and noisy rows";
    // True where it was not stopped.
    const auto measured = [&](const std::vector<const Segment*>& items) {
        try {
            add(outcome, profile(items, runner, meter, device, table, rows, stop));
        } catch (const SegmentFailures& error) {
            if (!error.tried_all()) throw;
            add(outcome, error.outcome());
            for (const auto& [key, reason] : error.failures()) sampling.leave_out(key);
            failures.insert(error.failures().begin(), error.failures().end());
        }
        return !outcome.stopped;
    };

    // What is measured already may be noisy, or lack its energy.
    std::vector<const Segment*> items = networks;
    std::copy_if(segments.begin(), segments.end(), std::back_inserter(items),
                 [&](const Segment* segment) { return measured_row(table, *segment) != nullptr; });
    if (!measured(items)) return outcome;
    // Of the time that the networks took, the part of those that are held out is the verdict's.
    const double counts =
        options.calibrate_on + options.held_out == 0
            ? 1
            : static_cast<double>(options.calibrate_on) / static_cast<double>(options.calibrate_on + options.held_out);
    const Seconds networks_took = options.clock() - begin;
    const Seconds end = options.clock() + options.time.value_or(usual_time) - counts * networks_took;

    SegmentBudget budget{options.least_segments, options.segments};
    if (modelled && !budget.exactly) budget.exactly = segments.size();
    if (!enough && !budget.exactly && sampling.missing(table) > budget.least)
        options.say("as many segments are measured as fit into " +
                    std::to_string(std::lround(options.time.value_or(usual_time).count() / 60)) +
                    " min, the others interpolated" +
                    (networks_took < Seconds(60)
                         ? ""
                         : "; the verdict on them takes about " +
                               std::to_string(std::lround((1 - counts) * networks_took.count() / 60)) + " min more"));
    const Seconds first = options.clock();
    SegmentProgress progress;
    rows.what = options.rows.what;
    if (options.rows.progress)
        rows.progress = [&](const ProfileProgress& batch) {
            const auto time_left = budget.exactly ? std::nullopt : std::optional(end - options.clock());
            const std::size_t wanted = budget.exactly.value_or(segments.size());
            options.rows.progress(of_all(batch, progress.known, wanted, time_left));
        };
    while (!enough) {
        const Seconds now = options.clock();
        progress.missing = sampling.missing(table);
        progress.known = segments.size() - progress.missing;
        progress.spent = now - first;
        progress.left = end - now;
        const std::size_t wanted = budget.next(progress);
        if (wanted == 0) break;
        const std::size_t before = outcome.measured;
        if (!measured(sampling.next(table, wanted))) return outcome;
        progress.measured_now += outcome.measured - before;
    }
    if (!failures.empty())
        throw SegmentFailures(device.name, networks.size() + segments.size(), std::move(failures), true, outcome);
    outcome.interpolated = enough ? 0 : sampling.fill(table);
    if (outcome.interpolated > 0)
        options.say(std::to_string(progress.known) + " of " + std::to_string(segments.size()) +
                    " segments are measured, the others interpolated");
    if (!options.rows.table_path.empty()) table.save(options.rows.table_path);
    return outcome;
}

}  // namespace hwnas
