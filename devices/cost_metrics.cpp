#include "devices/cost_metrics.h"

#include <functional>
#include <limits>

#include "core/text.h"

namespace hwnas {
namespace {

constexpr std::size_t listed_segments = 5;
constexpr std::size_t longest_listed_segment = 100;

using Column = std::function<std::optional<double>(const CostRow&)>;

[[noreturn]] void throw_missing(const CompiledSpace& space, const CostTable& table, const std::string& what,
                                const std::vector<const Segment*>& missing) {
    std::string list;
    for (std::size_t i = 0; i < std::min(missing.size(), listed_segments); ++i)
        list += "\n  " + shortened(missing[i]->key, longest_listed_segment);
    if (missing.size() > listed_segments)
        list += "\n  and " + std::to_string(missing.size() - listed_segments) + " more";
    throw InputError(
        {"the cost table of " + table.device,
         what + " of all " + std::to_string(space.segments().size()) + " segments of the space " + space.space().name(),
         std::to_string(missing.size()) + " missing:" + list + "\n",
         "`hwnas profile DEVICE.json --space SPACE.json -o TABLE.json` measures the missing ones"});
}

// A device that runs none of the space's networks has no front to search.
void check_any_runs(const CompiledMetric& metric, const CompiledSpace& space, const CostTable& table) {
    if (metric.least().value < std::numeric_limits<double>::infinity()) return;
    std::string reasons;
    for (const Segment& segment : space.segments()) {
        const auto& row = table.rows.at(segment.key);
        if (row.unsupported.empty()) continue;
        reasons = "\n  " + shortened(segment.key, longest_listed_segment) + ": " + row.unsupported;
        break;
    }
    throw InputError({"the cost table of " + table.device,
                      "a network of the space " + space.space().name() + " that the device can run",
                      "none, for example:" + reasons + "\n", "search another space"});
}

CompiledMetric table_metric(const CompiledSpace& space, const CostTable& table, const std::string& what,
                            const Column& column, const Calibration& calibration) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto cost = [&table, &column](const Segment& segment) -> std::optional<double> {
        const auto row = table.rows.find(segment.key);
        if (row == table.rows.end()) return std::nullopt;
        if (!row->second.unsupported.empty()) return infinity;
        const auto value = column(row->second);
        // A cost that is not positive was never measured.
        return value && *value > 0 ? value : std::nullopt;
    };
    std::vector<const Segment*> missing;
    for (const Segment& segment : space.segments())
        if (!cost(segment)) missing.push_back(&segment);
    if (!missing.empty()) throw_missing(space, table, what, missing);
    CompiledMetric metric(
        space, Fold::sum,
        [&](const Segment& segment, std::string_view) {
            const double row = *cost(segment);
            return row < infinity ? calibration.of(segment_traits(segment, row)) : infinity;
        },
        calibration.constant);
    check_any_runs(metric, space, table);
    return metric;
}

}  // namespace

CompiledMetric latency_metric(const CompiledSpace& space, const CostTable& table) {
    const SpaceVerdict* verdict = table.verdict(space.space().name());
    return table_metric(
        space, table, "the latency", [](const CostRow& row) { return row.latency_ms; },
        verdict != nullptr ? verdict->calibration : Calibration{});
}

CompiledMetric energy_metric(const CompiledSpace& space, const CostTable& table) {
    bool any = false;
    for (const auto& [key, row] : table.rows) any = any || row.energy_mj;
    if (!any) {
        const auto& reason = table.context.find("energy");
        const bool told = reason != table.context.end() && reason->is_string();
        throw InputError({"the cost table of " + table.device, "a column energy_mj",
                          "none" + (told ? " (" + reason->get<std::string>() + ")" : std::string()),
                          "drop the energy objective, or profile where the machine's energy can be measured"});
    }
    const SpaceVerdict* verdict = table.verdict(space.space().name());
    return table_metric(
        space, table, "the energy", [](const CostRow& row) { return row.energy_mj; },
        verdict != nullptr && verdict->energy ? verdict->energy->calibration : Calibration{});
}

}  // namespace hwnas
