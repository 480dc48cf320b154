#pragma once

#include <cstdint>
#include <optional>

#include "devices/accelerator/accelerator.h"
#include "devices/accelerator/accelerator_model.h"
#include "devices/accelerator/layers.h"

namespace hwnas {

/// What is around a layer when it runs.
struct LayerSurroundings {
    bool input_on_chip = false;   ///< the convolution's input is in the global buffer, whole
    bool output_on_chip = false;  ///< and so its output will be
    double other_dram_bytes = 0;  ///< of further inputs (a sum's other operand) that come from DRAM
    double other_bytes = 0;       ///< of all further inputs
    double free_bytes = 0;        ///< of the global buffer, beside the tensors that stay in it
    std::int64_t element_bytes = 4;
};

/// The estimate of a convolution or a fully connected layer with the tile sizes and the order of
/// the loops over DRAM that take the fewest cycles and, among those, the least energy. Throws
/// UnsupportedError where no tile fits.
[[nodiscard]] LayerEstimate best_tiling(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                        const AcceleratorLayer& layer, const LayerSurroundings& around);

/// What no tiling of a layer can do without.
struct LeastWork {
    double dram_bytes = 0;            ///< without those of further inputs
    double cycles = 0;                ///< of the array; maybe of another tiling
    double dram_bytes_at_cycles = 0;  ///< of the tilings with these cycles
};
/// None where no tile fits.
[[nodiscard]] std::optional<LeastWork> least_work(const Accelerator& accelerator,
                                                  const Accelerator::NumberFormat& format,
                                                  const AcceleratorLayer& layer, const LayerSurroundings& around);

}  // namespace hwnas
