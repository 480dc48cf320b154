#pragma once

#include <string>

#include "devices/cost_metrics.h"
#include "space/compiled_space.h"
#include "support.h"

namespace hwnas::test {

inline CompiledSpace small_space() {
    return CompiledSpace(SearchSpace::load(source("configs/spaces/mnasnet-28.json")));
}

/// A different positive cost for each segment.
inline CostTable made_table(const CompiledSpace& space, bool with_energy = false) {
    CostTable table;
    table.device = "made";
    double cost = 0.01;
    for (const Segment& segment : space.segments()) {
        CostRow row;
        row.latency_ms = cost;
        row.latency_median_ms = 1.1 * cost;
        row.rounds_ms = {cost, cost, cost};
        row.runs = 30;
        if (with_energy) row.energy_mj = 20 * cost;
        table.rows[segment.key] = row;
        cost += 0.001;
    }
    return table;
}

}  // namespace hwnas::test
