#include <functional>

#include "core/text.h"
#include "devices/cost_table.h"

namespace hwnas {
namespace {

constexpr std::size_t listed_segments = 5;
constexpr std::size_t longest_listed_segment = 100;

using Column = std::function<std::optional<double>(const CostRow&)>;

CompiledMetric table_metric(const CompiledSpace& space, const CostTable& table, const std::string& what,
                            const Column& column) {
    const auto cost = [&table, &column](const Segment& segment) -> std::optional<double> {
        const auto row = table.rows.find(segment.key);
        const auto value = row == table.rows.end() ? std::nullopt : column(row->second);
        // A cost that is not positive was never measured.
        return value && *value > 0 ? value : std::nullopt;
    };
    std::size_t missing = 0;
    std::string list;
    for (const Segment& segment : space.segments()) {
        if (cost(segment)) continue;
        if (++missing <= listed_segments) list += "\n  " + shortened(segment.key, longest_listed_segment);
    }
    if (missing > listed_segments) list += "\n  and " + std::to_string(missing - listed_segments) + " more";
    if (missing > 0)
        throw InputError({"the cost table of " + table.device,
                          what + " of all " + std::to_string(space.segments().size()) + " segments of the space " +
                              space.space().name(),
                          std::to_string(missing) + " missing:" + list + "\n",
                          "`hwnas profile DEVICE.json --space SPACE.json -o TABLE.json` measures the missing ones"});
    return CompiledMetric(space, Fold::sum,
                          [&cost](const Segment& segment, std::string_view) { return *cost(segment); });
}

}  // namespace

CompiledMetric latency_metric(const CompiledSpace& space, const CostTable& table) {
    return table_metric(space, table, "the latency", [](const CostRow& row) { return row.latency_ms; });
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
    return table_metric(space, table, "the energy", [](const CostRow& row) { return row.energy_mj; });
}

}  // namespace hwnas
