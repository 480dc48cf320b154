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
    // True where it was not stopped.
    const auto measured = [&](const std::vector<const Segment*>& items) {
        try {
            add(outcome, profile(items, runner, meter, device, table, options.rows, stop));
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
    const Seconds end = options.clock() + options.time.value_or(usual_time) - counts * (options.clock() - begin);

    SegmentBudget budget{options.least_segments, options.segments};
    if (modelled && !budget.exactly) budget.exactly = segments.size();
    if (!enough && !budget.exactly && sampling.missing(table) > budget.least)
        options.say("as many segments are measured as fit into " +
                    std::to_string(std::lround(options.time.value_or(usual_time).count() / 60)) +
                    " min, the others interpolated");
    const Seconds first = options.clock();
    SegmentProgress progress;
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
