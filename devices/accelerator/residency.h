#pragma once

#include <vector>

#include "devices/accelerator/accelerator.h"
#include "devices/accelerator/layers.h"
#include "devices/accelerator/tiling.h"

namespace hwnas {

/// Which tensors stay in the global buffer from the layer that makes them to the last that reads them.
struct Residency {
    std::vector<bool> on_chip;       ///< by the node that makes the tensor
    std::vector<double> free_bytes;  ///< of the global buffer beside them, by layer

    [[nodiscard]] bool keeps(NodeId tensor) const { return on_chip[static_cast<std::size_t>(tensor)]; }
};

/// Goes over the tensors in the order in which they are made and keeps each that fits beside those
/// kept so far, unless the layers that it lives through would then have to move more through DRAM
/// than it saves. What enters and leaves the graph is kept likewise where the chip's border is
/// `buffer`. Looks at bytes alone, so no bandwidth changes what it keeps.
[[nodiscard]] Residency keep_on_chip(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                     const Graph& graph, const std::vector<AcceleratorLayer>& layers,
                                     std::int64_t batch, std::int64_t element_bytes);

/// What a layer of a batch finds around it.
[[nodiscard]] LayerSurroundings surroundings(const std::vector<AcceleratorLayer>& layers, std::size_t position,
                                             const Residency& residency, std::int64_t batch,
                                             std::int64_t element_bytes);

}  // namespace hwnas
