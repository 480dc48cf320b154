#pragma once

#include <string>

#include "graph/graph.h"

namespace hwnas {

/// Nodes from `first` to `last` in a graph's order: a segment.
struct NodeRun {
    NodeId first = 0;
    NodeId last = 0;

    [[nodiscard]] bool holds(NodeId id) const { return id >= first && id <= last; }
};

/// How a block's input comes back at its end.
enum class BlockJoin {
    none,
    add,            ///< added as it is, or pooled
    projected_add,  ///< added behind a convolution of its own
    concat          ///< all of it or a part, passed on beside what the block makes
};

/// What a person would call a run of nodes: `MBConv6 5x5 SE s2`, `Bottleneck 3x3 g32`,
/// `Shuffle 3x3`, `Dense 1x1 3x3`, `Conv 7x7 s2, MaxPool 3x3 s2`. Known by its operators
/// and how they hang together, never by names. `s2`: stride, `g32`: groups, `d2`: dilation,
/// `SE`: squeeze-and-excite. Normalisation and activations stand only where there is nothing else.
struct BlockSketch {
    std::string words;
    BlockJoin join = BlockJoin::none;
};
[[nodiscard]] BlockSketch sketch_block(const Graph& graph, const NodeRun& run);

}  // namespace hwnas
