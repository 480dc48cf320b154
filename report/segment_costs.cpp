#include "report/segment_costs.h"

#include <set>

#include "core/error.h"

namespace hwnas {
namespace {

using Column = std::optional<double> SegmentCosts::Segment::*;

std::optional<double> sum_of(const std::vector<SegmentCosts::Segment>& segments, Column column) {
    double sum = 0;
    for (const auto& segment : segments) {
        if (!(segment.*column)) return std::nullopt;
        sum += *(segment.*column);
    }
    return sum;
}

}  // namespace

std::optional<double> SegmentCosts::latency() const { return sum_of(segments, &Segment::latency); }
std::optional<double> SegmentCosts::energy() const { return sum_of(segments, &Segment::energy); }

std::vector<const SegmentCosts::Segment*> SegmentCosts::missing() const {
    std::vector<const Segment*> found;
    for (const auto& segment : segments)
        if (!segment.latency) found.push_back(&segment);
    return found;
}

std::string segment_key(const Graph& graph, std::size_t segment) {
    try {
        return canonical_text(extract_segment(graph, segment));
    } catch (const InputError&) {
        return {};
    }
}

SegmentCosts segment_costs(const Graph& graph, const CostTable& table) {
    std::set<std::int32_t> used;
    for (const auto& node : graph.nodes())
        if (!std::holds_alternative<op::Input>(node.op)) used.insert(node.segment);
    SegmentCosts costs;
    for (const auto segment : used) {
        const auto index = static_cast<std::size_t>(segment);
        SegmentCosts::Segment cost{graph.segments()[index], segment_key(graph, index), {}, {}};
        if (const auto row = table.rows.find(cost.key); row != table.rows.end()) {
            cost.latency = row->second.latency_ms;
            cost.energy = row->second.energy_mj;
        }
        costs.segments.push_back(std::move(cost));
    }
    return costs;
}

}  // namespace hwnas
