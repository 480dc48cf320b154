// How many segments of a space have to be measured: takes a table that has them all, hides
// most, and compares what the process expects with what was measured.
//
//     bench_segment_sampling TABLE.json SPACE.json
#include <chrono>
#include <cstdio>
#include <vector>

#include "devices/cost_table.h"
#include "devices/drawn_networks.h"
#include "devices/segment_sampling.h"
#include "regression/agreement.h"

using namespace hwnas;

namespace {

void run(const CompiledSpace& space, const CostTable& full, std::size_t budget) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<const Segment*> segments;
    for (const auto& segment : space.segments()) segments.push_back(&segment);
    const SegmentSampling sampling(segments, 1);
    CostTable sampled = full;
    sampled.rows.clear();
    while (sampled.rows.size() < budget)
        for (const Segment* segment : sampling.next(sampled, std::min<std::size_t>(100, budget - sampled.rows.size())))
            sampled.rows[segment->key] = full.rows.at(segment->key);
    sampling.fill(sampled);
    std::vector<double> predicted, measured;
    for (const Segment* segment : segments) {
        if (sampled.rows.at(segment->key).origin != RowOrigin::interpolated) continue;
        predicted.push_back(sampled.rows.at(segment->key).latency_ms);
        measured.push_back(full.rows.at(segment->key).latency_ms);
    }
    const Agreement rows = agreement(predicted, measured);
    std::vector<double> sums, true_sums;
    for (const auto& network : draw_networks(space, full, 200, 5)) {
        double sum = 0, true_sum = 0;
        for (const Segment* segment : network.segments) {
            sum += sampled.rows.at(segment->key).latency_ms;
            true_sum += full.rows.at(segment->key).latency_ms;
        }
        sums.push_back(sum);
        true_sums.push_back(true_sum);
    }
    const Agreement networks = agreement(sums, true_sums);
    std::printf("%9zu %9.2f %% %8.1f %% %12.2f %% %8.1f %% %8.4f %7.1f s\n", budget, rows.mean_error_percent,
                100 * rows.within_10_percent, networks.mean_error_percent, 100 * networks.within_5_percent,
                networks.kendall_tau, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::fprintf(stderr, "usage: bench_segment_sampling TABLE.json SPACE.json\n");
        return 2;
    }
    const CostTable full = CostTable::load(arguments[1]);
    const CompiledSpace space(SearchSpace::load(arguments[2]));
    std::printf("%s, %s: %zu segments\n measured   rows' error  in 10 %%   sums' error   in 5 %%      tau      time\n",
                full.device.c_str(), space.name().c_str(), space.segments().size());
    for (const std::size_t budget : {100U, 200U, 300U, 500U, 800U})
        if (budget < space.segments().size()) run(space, full, budget);
    return 0;
}
