#include "devices/drawn_networks.h"

#include <algorithm>

#include "core/rng.h"
#include "core/statistics.h"
#include "space/feasible_networks.h"

namespace hwnas {
namespace {

/// Draws in a row that brought nothing new, after which a space counts as used up.
constexpr int most_repeats = 1000;

bool runs(const DrawnNetwork& network, const CostTable& table) {
    for (const Segment* segment : network.segments) {
        const auto row = table.rows.find(segment->key);
        if (row != table.rows.end() && !row->second.unsupported.empty()) return false;
    }
    return true;
}

}  // namespace

DrawnNetwork drawn_network(const CompiledSpace& space, const Encoding& encoding) {
    DrawnNetwork drawn{space.canonical(encoding), {space.space().lower(encoding), "", {}}, {}};
    drawn.whole.key = canonical_text(drawn.whole.graph);
    drawn.whole.counts = count(drawn.whole.graph);
    for (const auto index : space.network_segments(drawn.encoding)) drawn.segments.push_back(&space.segments()[index]);
    return drawn;
}

std::vector<DrawnNetwork> draw_networks(const CompiledSpace& space, const CostTable& table, std::size_t count,
                                        std::uint64_t seed, const std::set<std::string>& but_not) {
    const FeasibleNetworks feasible(space, {});
    Rng rng(seed);
    std::set<std::string> seen = but_not;
    std::vector<DrawnNetwork> drawn;
    for (int repeats = 0; drawn.size() < count && repeats < most_repeats; ++repeats) {
        DrawnNetwork network = drawn_network(space, feasible.sample(rng));
        if (!runs(network, table) || !seen.insert(network.whole.key).second) continue;
        drawn.push_back(std::move(network));
        repeats = 0;
    }
    return drawn;
}

std::optional<double> latency_of(const CostRow& row) {
    return row.unsupported.empty() ? std::optional(row.latency_ms) : std::nullopt;
}

std::optional<double> network_latency(const CostRow& row) {
    if (row.rounds_ms.empty()) return latency_of(row);
    auto rounds = row.rounds_ms;
    std::sort(rounds.begin(), rounds.end());
    return quantile(rounds, 0.25);
}

std::optional<double> energy_of(const CostRow& row) { return row.energy_mj; }

std::optional<std::vector<SegmentTraits>> network_traits(const DrawnNetwork& network, const CostTable& table,
                                                         const RowFigure& figure) {
    std::vector<SegmentTraits> traits;
    for (const Segment* segment : network.segments) {
        const auto row = table.rows.find(segment->key);
        const auto value = row != table.rows.end() ? figure(row->second) : std::nullopt;
        if (!value) return std::nullopt;
        traits.push_back(segment_traits(*segment, *value));
    }
    return traits;
}

}  // namespace hwnas
