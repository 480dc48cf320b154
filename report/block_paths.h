#pragma once

#include <vector>

#include "report/block_sketch.h"

namespace hwnas {

/// A block's nodes taken apart: what gates its channels, what brings its input back, and the rest.
struct BlockPaths {
    bool gated = false;            ///< squeeze-and-excite
    std::vector<NodeId> main;      ///< neither in a gate nor in a shortcut, in the graph's order
    std::vector<NodeId> shortcut;  ///< of a projected add
    BlockJoin join = BlockJoin::none;
};
[[nodiscard]] BlockPaths block_paths(const Graph& graph, const NodeRun& run);

}  // namespace hwnas
