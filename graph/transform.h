#pragma once

#include "graph/graph.h"

namespace hwnas {

/// The same network, narrower or at another resolution, as a cheaper stand-in to
/// train. Filters of every convolution but depthwise ones (which follow their
/// input) are multiplied by `width` and rounded, at least one; the last Gemm
/// keeps its features. `resolution` is the new height and width, 0 to keep them.
/// Grouped convolutions keep their group count, to whose multiples filters are
/// rounded, as are channels that a reader cuts into groups or equal parts. Slices keep
/// their places: those that part a map part it still, between the parts of a
/// concatenation where they did. Throws InputError where the new shapes do not fit.
[[nodiscard]] Graph rescaled(const Graph& graph, double width, std::int64_t resolution);

/// The same computation as deployment tools hand it to a chip: a batch norm that alone
/// reads a convolution is gone, and the convolution has a bias in its place.
[[nodiscard]] Graph with_folded_batch_norms(const Graph& graph);

}  // namespace hwnas
