#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "devices/cost_table.h"
#include "space/compiled_space.h"

namespace hwnas {

/// A whole network of a space, as something that is measured.
struct DrawnNetwork {
    Encoding encoding;                     ///< canonical
    Segment whole;                         ///< the network as one segment
    std::vector<const Segment*> segments;  ///< what it is made of; of the space, which must outlive this
};

[[nodiscard]] DrawnNetwork drawn_network(const CompiledSpace& space, const Encoding& encoding);

/// Networks whose choices are drawn uniformly among those that the space, and the device by
/// its table, allow: each once, and none whose whole has its canonical text among
/// `but_not`. Fewer where the space has no more.
[[nodiscard]] std::vector<DrawnNetwork> draw_networks(const CompiledSpace& space, const CostTable& table,
                                                      std::size_t count, std::uint64_t seed,
                                                      const std::set<std::string>& but_not = {});

/// A figure of a row: its latency or its energy.
using RowFigure = std::function<std::optional<double>(const CostRow&)>;
[[nodiscard]] std::optional<double> latency_of(const CostRow& row);
/// What a whole network takes where little disturbs it: the lower quartile over rounds of each round's least run.
[[nodiscard]] std::optional<double> network_latency(const CostRow& row);
[[nodiscard]] std::optional<double> energy_of(const CostRow& row);

/// What each of a network's segments brings to its latency or energy, by the table's rows;
/// nothing where a segment has no such figure.
[[nodiscard]] std::optional<std::vector<SegmentTraits>> network_traits(const DrawnNetwork& network,
                                                                       const CostTable& table,
                                                                       const RowFigure& figure = latency_of);

}  // namespace hwnas
