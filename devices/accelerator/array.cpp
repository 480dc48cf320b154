#include "devices/accelerator/array.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace hwnas {

double folds(std::int64_t dimension, std::int64_t tile, std::int64_t unit) {
    const std::int64_t pieces = dimension / tile * divided_up(tile, unit) + divided_up(dimension % tile, unit);
    return static_cast<double>(pieces);
}

std::vector<ArrayPlan> unbeaten(std::vector<PricedPlan> plans) {
    std::stable_sort(plans.begin(), plans.end(), [](const PricedPlan& a, const PricedPlan& b) {
        return std::tuple(a.cycles, a.words) < std::tuple(b.cycles, b.words);
    });
    std::vector<ArrayPlan> best;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& priced : plans) {
        if (priced.words >= least) continue;
        least = priced.words;
        best.push_back(priced.plan);
    }
    return best;
}

std::vector<ArrayPlan> plan_array(const Accelerator& accelerator, const MacLayer& layer) {
    switch (accelerator.dataflow) {
        case Dataflow::row_stationary:
            return plan_row_stationary(accelerator, layer);
        case Dataflow::vector:
            return plan_vector(accelerator, layer);
        case Dataflow::weight_stationary:
        case Dataflow::output_stationary:
            break;
    }
    return {ArrayPlan{}};
}

std::int64_t filter_unit(const Accelerator& accelerator, const ArrayPlan& plan) {
    if (accelerator.dataflow == Dataflow::row_stationary) return plan.p * plan.t;
    if (accelerator.dataflow == Dataflow::vector) return plan.filter_lanes;
    return accelerator.columns;
}

std::int64_t channel_unit(const Accelerator& accelerator, const MacLayer& layer, const ArrayPlan& plan) {
    if (accelerator.dataflow == Dataflow::row_stationary) return plan.q * plan.r;
    if (accelerator.dataflow == Dataflow::weight_stationary) return divided_up(accelerator.rows, layer.taps());
    return 1;
}

ArrayWork array_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format, const MacLayer& layer,
                     const ArrayPlan& plan, const Tile& tile) {
    switch (accelerator.dataflow) {
        case Dataflow::output_stationary:
            return output_stationary_work(accelerator, format, layer, tile);
        case Dataflow::row_stationary:
            return row_stationary_work(accelerator, format, layer, plan, tile);
        case Dataflow::vector:
            return vector_work(accelerator, format, layer, plan, tile);
        case Dataflow::weight_stationary:
            break;
    }
    return weight_stationary_work(accelerator, format, layer, tile);
}

}  // namespace hwnas
