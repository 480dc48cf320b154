#pragma once

#include <cstdint>
#include <vector>

#include "devices/accelerator/accelerator.h"
#include "devices/accelerator/array_plan.h"
#include "devices/accelerator/layers.h"

namespace hwnas {

/// The part of a layer that is in the on-chip buffers at once: of one group's filters and
/// channels, and of the output rows of all images together (so more than `output_rows` is
/// several images).
struct Tile {
    std::int64_t filters = 1;
    std::int64_t channels = 1;
    std::int64_t rows = 1;
};

/// What the array does for a whole layer and asks of the buffers around it. Words, not bytes.
struct ArrayWork {
    double cycles = 0;
    double input_words = 0;     ///< read from the global buffer
    double weight_words = 0;    ///< read from the weight buffer
    double sums_written = 0;    ///< partial sums that leave the array before they are whole
    double sums_read = 0;       ///< and come back
    double register_words = 0;  ///< accesses, of the data type's words
    double register_sums = 0;   ///< accesses, of partial sums
    double network_words = 0;   ///< hops from PE to PE
    double network_sums = 0;
};

/// A plan and what it takes when a layer is one tile.
struct PricedPlan {
    ArrayPlan plan;
    double cycles = 0;
    double words = 0;
};
/// Those that no other beats, by rising cycles.
[[nodiscard]] std::vector<ArrayPlan> unbeaten(std::vector<PricedPlan> plans);

[[nodiscard]] constexpr std::int64_t divided_up(std::int64_t dividend, std::int64_t divisor) {
    return (dividend + divisor - 1) / divisor;
}
/// Pieces of at most `unit` that a dimension falls into when it is first cut into tiles.
[[nodiscard]] double folds(std::int64_t dimension, std::int64_t tile, std::int64_t unit);

/// The plans that are worth a search over tiles: none has another that takes neither more cycles nor
/// more words from the buffers.
[[nodiscard]] std::vector<ArrayPlan> plan_array(const Accelerator& accelerator, const MacLayer& layer);
/// A tile of filters is worth cutting at multiples of the first, one of channels at those of the second.
[[nodiscard]] std::int64_t filter_unit(const Accelerator& accelerator, const ArrayPlan& plan);
[[nodiscard]] std::int64_t channel_unit(const Accelerator& accelerator, const MacLayer& layer, const ArrayPlan& plan);

[[nodiscard]] ArrayWork array_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                   const MacLayer& layer, const ArrayPlan& plan, const Tile& tile);

/// The dataflows behind the two above, a file each.
[[nodiscard]] ArrayWork weight_stationary_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                               const MacLayer& layer, const Tile& tile);
[[nodiscard]] ArrayWork output_stationary_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                               const MacLayer& layer, const Tile& tile);
[[nodiscard]] std::vector<ArrayPlan> plan_row_stationary(const Accelerator& accelerator, const MacLayer& layer);
[[nodiscard]] ArrayWork row_stationary_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                            const MacLayer& layer, const ArrayPlan& plan, const Tile& tile);
[[nodiscard]] std::vector<ArrayPlan> plan_vector(const Accelerator& accelerator, const MacLayer& layer);
[[nodiscard]] ArrayWork vector_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                    const MacLayer& layer, const ArrayPlan& plan, const Tile& tile);

}  // namespace hwnas
