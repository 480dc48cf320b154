#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/block_sketch.h"
#include "report/segment_costs.h"

namespace hwnas {

/// A segment of a network as a picture shows it, or several alike, one behind the other.
struct NetworkBlock {
    std::string name;       ///< the segment's
    std::string last_name;  ///< of several: the last one's segment
    std::string words;
    BlockJoin join = BlockJoin::none;
    Shape input;                      ///< of the first tensor that enters
    Shape output;                     ///< of the last one
    std::int64_t first_channels = 0;  ///< that leave; of several the first one
    std::optional<double> cost;       ///< of all together; empty where one of them is not known
    std::vector<std::size_t> from;    ///< the blocks whose tensors enter, ascending; the network's input is none
    bool from_input = false;          ///< whether the network's input enters
    std::int64_t times = 1;
    bool alike = false;  ///< of several: they differ in their channels, or in what they cost
    std::string key;     ///< canonical text of one; empty where not one tensor enters and one leaves
};

/// A network's segments in their order. A block's cost is its multiply-accumulates, or a table's latency (ms).
[[nodiscard]] std::vector<NetworkBlock> network_blocks(const Graph& graph);
[[nodiscard]] std::vector<NetworkBlock> network_blocks(const Graph& graph, const SegmentCosts& costs);

/// Blocks of a long network (more than `most`) with equal neighbours taken together; where it is still
/// long, with those that differ only in their channels. Only a chain is taken together, in which each
/// block has the one before it as its only input and is read by the next alone.
[[nodiscard]] std::vector<NetworkBlock> grouped(std::vector<NetworkBlock> blocks, std::size_t most = 24);

}  // namespace hwnas
