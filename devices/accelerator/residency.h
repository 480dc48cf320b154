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

    friend bool operator==(const Residency&, const Residency&) = default;
    [[nodiscard]] bool keeps(NodeId tensor) const { return on_chip[static_cast<std::size_t>(tensor)]; }
};

/// When a tensor that fits is kept.
enum class Keep {
    saving_bytes,          ///< the layers that it lives through can then move less through DRAM
    saving_bytes_for_free  ///< and can do so in as few cycles of the array as without it
};

/// Goes over the tensors in the order in which they are made, and judges each beside those kept so
/// far. What enters and leaves the graph is judged likewise where the chip's border is `buffer`. No
/// bandwidth changes what is kept, so that more of it can't make a worse choice.
[[nodiscard]] Residency keep_on_chip(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                     const Graph& graph, const std::vector<AcceleratorLayer>& layers,
                                     std::int64_t batch, std::int64_t element_bytes, Keep keep);

/// What a layer of a batch finds around it.
[[nodiscard]] LayerSurroundings surroundings(const std::vector<AcceleratorLayer>& layers, std::size_t position,
                                             const Residency& residency, std::int64_t batch,
                                             std::int64_t element_bytes);

}  // namespace hwnas
