#include "devices/table_transfer.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "regression/cost_transfer.h"

namespace hwnas {
namespace {

constexpr std::size_t longest_named_segment = 100;

using Segments = std::vector<const Segment*>;

bool runs_everywhere(const Segment& segment, const std::vector<CostTable>& known) {
    return std::all_of(known.begin(), known.end(),
                       [&](const CostTable& table) { return table.rows.at(segment.key).unsupported.empty(); });
}

void check_complete(const CompiledSpace& space, const std::vector<CostTable>& known) {
    if (known.empty()) throw InputError({"--from", "at least one table of another device", "none", ""});
    std::vector<Problem> problems;
    for (const auto& table : known) {
        std::size_t missing = 0;
        const Segment* first = nullptr;
        for (const auto& segment : space.segments()) {
            if (table.rows.contains(segment.key)) continue;
            if (missing++ == 0) first = &segment;
        }
        if (missing > 0)
            problems.push_back(
                {"the cost table of " + table.device, "rows for the space " + space.name(),
                 std::to_string(missing) + " missing, the first " + shortened(first->key, longest_named_segment),
                 "profile that device on this space first"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

KnownCosts costs_of(const Segments& segments, const std::vector<CostTable>& known) {
    KnownCosts costs(static_cast<Eigen::Index>(segments.size()), static_cast<Eigen::Index>(known.size()));
    for (std::size_t i = 0; i < segments.size(); ++i)
        for (std::size_t j = 0; j < known.size(); ++j)
            costs(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
                known[j].rows.at(segments[i]->key).latency_ms;
    return costs;
}

std::vector<std::size_t> measured_ones(const Segments& segments, const CostTable& table) {
    std::vector<std::size_t> measured;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const CostRow* row = measured_row(table, *segments[i]);
        if (row != nullptr && row->unsupported.empty()) measured.push_back(i);
    }
    return measured;
}

}  // namespace

ProfileOutcome transfer_table(const CompiledSpace& space, Runner& runner, const DeviceConfig& device, CostTable& table,
                              const std::vector<CostTable>& known, std::size_t budget, const ProfileOptions& options,
                              const std::stop_token& stop) {
    check_complete(space, known);
    Segments segments;  // that all known devices run
    for (const auto& segment : space.segments())
        if (runs_everywhere(segment, known)) segments.push_back(&segment);
    if (segments.empty())
        throw InputError({"--from", "tables of devices that can run a segment of " + space.name(), "none", ""});
    const KnownCosts costs = costs_of(segments, known);
    const auto before = measured_ones(segments, table);
    Segments probes;
    if (before.size() < budget)
        for (const auto index : choose_probes(costs, budget - before.size(), before)) probes.push_back(segments[index]);
    ProfileOutcome outcome = profile(probes, runner, nullptr, device, table, options, stop);
    if (outcome.stopped) return outcome;

    const auto measured = measured_ones(segments, table);
    std::vector<double> latencies;
    for (const auto index : measured) latencies.push_back(table.rows.at(segments[index]->key).latency_ms);
    if (latencies.empty()) throw RunError(device.name + " ran none of the segments that were chosen");
    const CompletedCosts completed = complete_costs(costs, measured, latencies);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const auto row = table.rows.find(segments[i]->key);
        if (row != table.rows.end() && row->second.origin != RowOrigin::transferred) continue;
        CostRow made;
        made.origin = RowOrigin::transferred;
        made.latency_ms = completed.costs[i];
        made.details = {{"deviation_percent", 100 * completed.deviations[i]}};
        table.rows.insert_or_assign(segments[i]->key, std::move(made));
        ++outcome.transferred;
    }
    for (const auto& segment : space.segments()) {
        if (table.rows.contains(segment.key)) continue;
        CostRow made;
        made.origin = RowOrigin::transferred;
        made.unsupported = "another device that this table comes from can't run it";
        table.rows.emplace(segment.key, std::move(made));
    }
    if (!options.table_path.empty()) table.save(options.table_path);
    return outcome;
}

}  // namespace hwnas
