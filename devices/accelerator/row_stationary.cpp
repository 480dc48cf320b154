// Row stationary: a PE keeps a row of a filter, slides a row of the input over it and makes a
// row of partial sums; a column of `kernel rows` PEs adds them up (Chen et al., ISCA 2016,
// section V; mapping parameters e, p, q, r, t as in JSSC 2017, table II).
#include <algorithm>
#include <utility>

#include "devices/accelerator/array.h"

namespace hwnas {
namespace {

struct Strips {
    double count = 0;       ///< groups of `e` output rows, of all images
    double input_rows = 0;  ///< that they read, halos included
};

Strips strips_of(const MacLayer& layer, const ArrayPlan& plan, std::int64_t tile_rows) {
    const std::int64_t tile = std::min(tile_rows, layer.output_rows);
    Strips strips;
    strips.count = static_cast<double>(layer.images) * folds(layer.output_rows, tile, plan.e);
    strips.input_rows = strips.count * static_cast<double>(layer.input_rows_under(plan.e));
    return strips;
}

/// Pieces of a filter's rows where the array has fewer rows than it.
std::int64_t row_folds(const Accelerator& accelerator, const MacLayer& layer) {
    return divided_up(layer.kernel[0], accelerator.rows);
}

/// The registers decide how many filters and channels a PE takes in turn.
void fill_registers(const Accelerator& accelerator, const MacLayer& layer, ArrayPlan& plan) {
    const auto& registers = accelerator.registers;
    const std::int64_t taps = layer.kernel[1];
    const std::int64_t channels = divided_up(layer.channels, plan.r);
    plan.q = std::clamp<std::int64_t>(registers.input_words / taps, 1, channels);
    plan.q = std::min(plan.q, std::max<std::int64_t>(1, registers.weight_words / taps));
    plan.p = std::clamp<std::int64_t>(registers.weight_words / (plan.q * taps), 1, registers.sum_words);
    plan.p = std::min(plan.p, divided_up(layer.filters, plan.t));
}

}  // namespace

std::vector<ArrayPlan> plan_row_stationary(const Accelerator& accelerator, const MacLayer& layer) {
    const std::int64_t set_rows = std::min(layer.kernel[0], accelerator.rows);
    const Tile whole{layer.filters, layer.channels, layer.images * layer.output_rows};
    const Accelerator::NumberFormat unit;  // counts of cycles and words; their sizes do not matter here
    std::vector<PricedPlan> plans;
    for (std::int64_t e = 1; e <= std::min(layer.output_rows, accelerator.columns); ++e) {
        const std::int64_t sets = (accelerator.rows / set_rows) * (accelerator.columns / e);
        for (std::int64_t r = 1; r <= std::min(sets, layer.channels); ++r) {
            ArrayPlan plan;
            plan.e = e;
            plan.r = r;
            plan.t = std::min(sets / r, layer.filters);
            fill_registers(accelerator, layer, plan);
            const ArrayWork work = row_stationary_work(accelerator, unit, layer, plan, whole);
            plans.push_back(
                {plan, work.cycles, work.input_words + work.weight_words + work.sums_written + work.sums_read});
        }
    }
    return unbeaten(std::move(plans));
}

ArrayWork row_stationary_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                              const MacLayer& layer, const ArrayPlan& plan, const Tile& tile) {
    const Strips strips = strips_of(layer, plan, tile.rows);
    const auto groups = static_cast<double>(layer.groups);
    const double filter_steps = folds(layer.filters, tile.filters, plan.t);
    const double channel_steps = folds(layer.channels, tile.channels, plan.r);
    const double filter_passes = folds(layer.filters, tile.filters, plan.p * plan.t);
    const double sum_passes =
        folds(layer.channels, tile.channels, plan.q * plan.r) * static_cast<double>(row_folds(accelerator, layer));
    const auto row_steps = static_cast<double>(layer.kernel[1] * layer.output_columns);
    // Images of one tile go through a pass one behind the other, with the same weights.
    const auto images_together =
        static_cast<double>(std::clamp<std::int64_t>(tile.rows / layer.output_rows, 1, layer.images));
    const auto weights = static_cast<double>(layer.filters * layer.channels * layer.taps());
    const double macs = layer.macs();
    const double outputs = static_cast<double>(layer.images * layer.filters) *
                           static_cast<double>(layer.output_rows * layer.output_columns);

    ArrayWork work;
    work.cycles = groups * strips.count * filter_steps * channel_steps *
                  static_cast<double>(row_folds(accelerator, layer)) * row_steps / format.macs_per_pe;
    work.input_words =
        groups * static_cast<double>(layer.channels * layer.input_columns) * strips.input_rows * filter_passes;
    const bool loaded_once = filter_passes * sum_passes == 1;
    work.weight_words = groups * weights * (loaded_once ? 1 : strips.count / images_together);
    work.sums_written = groups * outputs * (sum_passes - 1);
    work.sums_read = work.sums_written;
    work.register_words = 2 * macs;
    work.register_sums = 2 * macs;
    // An input word serves p filters at every tap that it meets in its row, a weight a whole
    // row of every image of the tile; sums climb once a pass.
    const double input_uses =
        std::max(1.0, static_cast<double>(plan.p * layer.kernel[1]) / static_cast<double>(layer.stride[1]));
    work.network_words = macs / input_uses + macs / (static_cast<double>(layer.output_columns) * images_together);
    work.network_sums = macs / static_cast<double>(plan.q * layer.kernel[1]);
    return work;
}

}  // namespace hwnas
