#pragma once

#include <optional>
#include <string>
#include <vector>

#include "devices/cost_table.h"
#include "graph/graph.h"

namespace hwnas {

/// What a device table knows of one network, segment by segment.
struct SegmentCosts {
    struct Segment {
        std::string name;
        std::string key;                ///< canonical text; empty where not one tensor enters and one leaves
        std::optional<double> latency;  ///< ms
        std::optional<double> energy;   ///< mJ
    };
    std::vector<Segment> segments;  ///< those of the graph that have nodes, in its order

    /// Sums over all segments; empty where one of them is not known.
    [[nodiscard]] std::optional<double> latency() const;
    [[nodiscard]] std::optional<double> energy() const;
    /// Segments without a row.
    [[nodiscard]] std::vector<const Segment*> missing() const;
};

[[nodiscard]] SegmentCosts segment_costs(const Graph& graph, const CostTable& table);

/// A segment's canonical text; empty where more than one tensor enters or leaves.
[[nodiscard]] std::string segment_key(const Graph& graph, std::size_t segment);

}  // namespace hwnas
