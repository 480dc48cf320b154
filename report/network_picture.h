#pragma once

#include <string>

#include "devices/cost_table.h"
#include "graph/graph.h"

namespace hwnas {

/// An SVG picture of a network as a paper would show it: its segments from top to bottom, as wide as their
/// channels and as high as their resolution ask, with their kind in words, arcs where a block's input comes back,
/// and a colour for what each costs: its latency in `table`, or where that is null its multiply-accumulates.
/// Long networks have alike blocks taken together. A segment without a row is hatched and named underneath. The graph
/// must have a node beside its input.
[[nodiscard]] std::string network_svg(const Graph& graph, const std::string& name, const CostTable* table = nullptr);

}  // namespace hwnas
