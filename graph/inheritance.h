#pragma once

#include "graph/graph.h"
#include "graph/weights.h"

namespace hwnas {

/// The weights that a network takes over from a wider or deeper one. Nodes are
/// matched by name. Of channels that the child has fewer of, those are kept whose
/// filters have the greatest L2 norm (NetAdapt, arXiv 1804.03230, section 3.3),
/// summed over the filters that make them where several do (a residual chain), in
/// the parent's order; everything that reads these channels follows. Running
/// statistics are taken over like weights.
///
/// Of a smaller kernel the middle of the parent's is taken, a larger one has zeros around it. Tensors of nodes that the
/// parent lacks or has narrower are left out: they begin afresh. With equal graphs the result is the parent's
/// weights. Throws InputError where `weights` are not the parent's.
[[nodiscard]] Weights inherit(const Graph& parent, const Weights& weights, const Graph& child);

}  // namespace hwnas
