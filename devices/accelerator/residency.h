#pragma once

#include <vector>

#include "devices/accelerator/accelerator.h"
#include "devices/accelerator/layers.h"

namespace hwnas {

/// Which tensors stay in the global buffer from the layer that makes them to the last that reads them.
struct Residency {
    std::vector<bool> on_chip;       ///< by the node that makes the tensor
    std::vector<double> free_bytes;  ///< of the global buffer beside them, by layer
};

/// Goes over the tensors in the order in which they are made and keeps each that fits beside those
/// kept so far and the smallest tiles of every layer that it lives through. What enters and leaves
/// the graph is kept likewise where the chip's border is `buffer`.
[[nodiscard]] Residency keep_on_chip(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                     const Graph& graph, const std::vector<AcceleratorLayer>& layers,
                                     std::int64_t batch, std::int64_t element_bytes);

}  // namespace hwnas
