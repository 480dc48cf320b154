// The two systolic dataflows: the layer as a matrix product (im2col) of `pixels` x `reduction`
// with `reduction` x `filters`, group by group, folded onto the array. Cycles and accesses of
// a fold are SCALE-Sim's (Samajdar et al., arXiv 1811.02883, section III; ISPASS 2020, section III).
#include <algorithm>
#include <limits>

#include "devices/accelerator/array.h"

namespace hwnas {
namespace {

/// The sum of `cost(pixels)` over the tiles of output rows.
template <typename Cost>
double over_row_tiles(const MacLayer& layer, std::int64_t tile_rows, Cost&& cost) {
    const std::int64_t rows = layer.images * layer.output_rows;
    const std::int64_t whole_tiles = rows / tile_rows;
    const std::int64_t rest = rows % tile_rows;
    return static_cast<double>(whole_tiles) * cost(tile_rows * layer.output_columns) +
           (rest > 0 ? cost(rest * layer.output_columns) : 0);
}

/// Pixels whose sums the accumulators hold for every column.
std::int64_t pixels_at_once(const Accelerator& accelerator, const Accelerator::NumberFormat& format) {
    if (!accelerator.accumulators) return std::numeric_limits<std::int64_t>::max();
    const bool two_halves = accelerator.fold_overlap == FoldOverlap::full;
    const std::int64_t entries = accelerator.accumulators->bytes / (two_halves ? 2 : 1);
    return std::max<std::int64_t>(1, entries / (accelerator.columns * format.accumulator_bytes));
}

}  // namespace

ArrayWork weight_stationary_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                 const MacLayer& layer, const Tile& tile) {
    const auto groups = static_cast<double>(layer.groups);
    const auto rows = static_cast<double>(accelerator.rows);
    const double fill = 2 * rows + static_cast<double>(accelerator.columns) - 2;
    const double reduction_folds = folds(layer.channels * layer.taps(), tile.channels * layer.taps(), accelerator.rows);
    const double filter_folds = folds(layer.filters, tile.filters, accelerator.columns);
    const double weight_folds = groups * reduction_folds * filter_folds;
    const std::int64_t most = pixels_at_once(accelerator, format);
    const bool overlapped = accelerator.fold_overlap == FoldOverlap::full;
    const auto streamed = [&](std::int64_t pixels) {
        const double steps = static_cast<double>(pixels) / format.macs_per_pe;
        return overlapped ? std::max(steps, rows) : fill + steps;
    };
    // Weights are held while at most `most` pixels pass.
    const double fold_cycles = over_row_tiles(layer, tile.rows, [&](std::int64_t pixels) {
        const std::int64_t full_passes = pixels / most;
        const std::int64_t rest = pixels % most;
        return (full_passes > 0 ? static_cast<double>(full_passes) * streamed(most) : 0) +
               (rest > 0 ? streamed(rest) : 0);
    });
    const double passes = over_row_tiles(layer, tile.rows, [&](std::int64_t pixels) {
        const std::int64_t needed = pixels / most + (pixels % most > 0 ? 1 : 0);  // `most` may be the largest number
        return static_cast<double>(needed);
    });

    const double pixels = static_cast<double>(layer.pixels());
    const auto reduction = static_cast<double>(layer.channels * layer.taps());
    const auto filters = static_cast<double>(layer.filters);
    ArrayWork work;
    work.cycles = weight_folds * fold_cycles + (overlapped ? fill : 0);
    work.input_words = groups * pixels * reduction * filter_folds;
    work.weight_words = groups * reduction * filters * passes;
    work.sums_written = groups * pixels * filters * (reduction_folds - 1);
    work.sums_read = work.sums_written;
    work.register_words = layer.macs();  // the weight; input and sum come from the neighbours
    work.network_words = layer.macs();
    work.network_sums = layer.macs();
    return work;
}

ArrayWork output_stationary_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                 const MacLayer& layer, const Tile& tile) {
    const auto rows = static_cast<double>(accelerator.rows);
    const auto columns = static_cast<double>(accelerator.columns);
    // Columns beyond a group's filters can take the next groups where each has inputs of its own.
    const std::int64_t together = accelerator.groups_across_columns
                                      ? std::clamp<std::int64_t>(accelerator.columns / layer.filters, 1, layer.groups)
                                      : 1;
    const std::int64_t group_folds = divided_up(layer.groups, together);
    const double filter_folds = folds(layer.filters, tile.filters, accelerator.columns);
    const double pixel_folds = over_row_tiles(layer, tile.rows, [&](std::int64_t pixels) {
        const std::int64_t needed = divided_up(pixels, accelerator.rows);
        return static_cast<double>(needed);
    });
    const double channel_tiles = folds(layer.channels, tile.channels, tile.channels);
    const auto reduction = static_cast<double>(layer.channels * layer.taps());
    const double steps = reduction / channel_tiles / format.macs_per_pe;
    const double fold = accelerator.fold_overlap == FoldOverlap::none    ? 2 * rows + columns - 2 + steps
                        : accelerator.fold_overlap == FoldOverlap::drain ? rows + columns - 2 + steps
                                                                         : std::max(steps, rows);

    const auto groups = static_cast<double>(layer.groups);
    const double pixels = static_cast<double>(layer.pixels());
    const auto filters = static_cast<double>(layer.filters);
    ArrayWork work;
    work.cycles = static_cast<double>(group_folds) * filter_folds * pixel_folds * channel_tiles * fold;
    if (accelerator.fold_overlap == FoldOverlap::full) work.cycles += 2 * rows + columns - 2;
    work.input_words = groups * pixels * reduction * filter_folds;
    work.weight_words = groups * reduction * filters * pixel_folds;
    work.sums_written = groups * pixels * filters * (channel_tiles - 1);
    work.sums_read = work.sums_written;
    work.register_sums = 2 * layer.macs();
    work.network_words = 2 * layer.macs();
    return work;
}

}  // namespace hwnas
