#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace hwnas {

/// A node that is about to enter a graph; inputs are numbers of such nodes, 0 the input.
struct CutNode {
    const op::Operator* op = nullptr;
    std::vector<std::size_t> inputs;
};

/// After which of the nodes a segment may end: those behind which their own tensor alone
/// is alive.
[[nodiscard]] std::vector<bool> bottlenecks(const std::vector<CutNode>& nodes);

/// Of these, after which it does: not between what is one layer, such as a convolution, its
/// normalisation and its activation, or a pooling, what flattens it and the classifier.
[[nodiscard]] std::vector<bool> segment_ends(const std::vector<CutNode>& nodes);

}  // namespace hwnas
