#include "devices/energy_burst.h"

#include <algorithm>

namespace hwnas {
namespace {

constexpr int attempts = 3;
// RAPL counters move about once a millisecond; 30 of these keep that below 4 %.
constexpr double least_milliseconds = 30;

struct MeteredBurst {
    double millijoules = 0;
    double runs = 0;
};

MeteredBurst metered_burst(const Graph& graph, Runner& runner, EnergyMeter& meter, const RunSettings& settings) {
    const double before = meter.millijoules();
    const auto times = runner.measure(graph, settings).milliseconds;
    return {meter.millijoules() - before, static_cast<double>(times.size())};
}

}  // namespace

std::optional<double> energy_of_run(const Graph& graph, Runner& runner, EnergyMeter& meter,
                                    const RunSettings& settings) {
    RunSettings many = settings;
    many.least_runs = std::max<std::int64_t>(2, settings.least_runs);
    many.least_milliseconds = std::max(least_milliseconds, settings.least_milliseconds);
    RunSettings one = settings;
    one.least_runs = 1;
    one.least_milliseconds = 0;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const MeteredBurst lone = metered_burst(graph, runner, meter, one);
        const MeteredBurst whole = metered_burst(graph, runner, meter, many);
        const double used = whole.millijoules - lone.millijoules;
        const double runs = whole.runs - lone.runs;
        if (used > 0 && runs > 0) return used / runs;
    }
    return std::nullopt;
}

}  // namespace hwnas
