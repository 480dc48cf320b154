// Lanes without an order of their own: a GPU's or a VPU's. Rows x columns spread over filters
// and pixels in whichever way takes the fewest steps; each lane holds a block of sums in its
// registers and walks through channels and taps (Volkov and Demmel, SC 2008).
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "devices/accelerator/array.h"

namespace hwnas {
namespace {

/// Filters of all groups spread over lanes together: lanes read what they like.
double filter_folds(const MacLayer& layer, std::int64_t tile_filters, std::int64_t lanes) {
    if (layer.groups == 1) return folds(layer.filters, tile_filters, lanes);
    const std::int64_t all = layer.groups * layer.filters;
    return folds(all, all, lanes);
}

}  // namespace

std::vector<ArrayPlan> plan_vector(const Accelerator& accelerator, const MacLayer& layer) {
    const std::int64_t lanes = accelerator.rows * accelerator.columns;
    const std::array<std::pair<std::int64_t, std::int64_t>, 4> choices{
        {{accelerator.rows, accelerator.columns}, {accelerator.columns, accelerator.rows}, {1, lanes}, {lanes, 1}}};
    const Tile whole{layer.filters, layer.channels, layer.images * layer.output_rows};
    const Accelerator::NumberFormat unit;
    const std::int64_t sums = accelerator.registers.sum_words;
    std::vector<PricedPlan> plans;
    for (const auto& [filter_lanes, pixel_lanes] : choices) {
        ArrayPlan plan;
        plan.filter_lanes = filter_lanes;
        plan.pixel_lanes = pixel_lanes;
        const std::int64_t filters_a_lane = divided_up(layer.filters, filter_lanes);
        const auto root = static_cast<std::int64_t>(std::sqrt(static_cast<double>(sums)));
        plan.filter_block = std::clamp<std::int64_t>(root, 1, filters_a_lane);
        plan.pixel_block =
            std::clamp<std::int64_t>(sums / plan.filter_block, 1, divided_up(layer.pixels(), pixel_lanes));
        const ArrayWork work = vector_work(accelerator, unit, layer, plan, whole);
        plans.push_back({plan, work.cycles, work.input_words + work.weight_words});
    }
    return unbeaten(std::move(plans));
}

ArrayWork vector_work(const Accelerator&, const Accelerator::NumberFormat& format, const MacLayer& layer,
                      const ArrayPlan& plan, const Tile& tile) {
    const std::int64_t rows = layer.images * layer.output_rows;
    const std::int64_t whole_tiles = rows / tile.rows;
    const std::int64_t pixel_folds = whole_tiles * divided_up(tile.rows * layer.output_columns, plan.pixel_lanes) +
                                     divided_up(rows % tile.rows * layer.output_columns, plan.pixel_lanes);
    const double channel_tiles = folds(layer.channels, tile.channels, tile.channels);
    const double macs = layer.macs();
    const double outputs = static_cast<double>(layer.groups * layer.filters) * static_cast<double>(layer.pixels());

    ArrayWork work;
    work.cycles = filter_folds(layer, tile.filters, plan.filter_lanes) * static_cast<double>(pixel_folds) *
                  static_cast<double>(layer.channels * layer.taps()) / format.macs_per_pe;
    // One read serves every lane and every sum of a lane that needs the word.
    work.input_words =
        macs / static_cast<double>(std::min({layer.filters, tile.filters, plan.filter_lanes * plan.filter_block}));
    work.weight_words = macs / static_cast<double>(std::min({layer.pixels(), tile.rows * layer.output_columns,
                                                             plan.pixel_lanes * plan.pixel_block}));
    work.sums_written = outputs * (channel_tiles - 1);
    work.sums_read = work.sums_written;
    work.register_words = 2 * macs;
    work.register_sums = 2 * macs;
    return work;
}

}  // namespace hwnas
