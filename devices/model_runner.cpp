#include "devices/model_runner.h"

#include "devices/accelerator/accelerator_model.h"

namespace hwnas {

Burst ModelRunner::measure(const Graph& graph, const RunSettings& settings) {
    const auto modelled = estimate(accelerator_, graph, settings.batch, settings.data_type);
    Burst burst;
    burst.milliseconds = {modelled.milliseconds};
    burst.throughput = 1000 * static_cast<double>(settings.batch) / modelled.milliseconds;
    burst.millijoules = modelled.millijoules;
    burst.details = {{"cycles", modelled.cycles},
                     {"utilisation", modelled.utilisation},
                     {"bound", modelled.bound},
                     {"dram_bytes", modelled.dram_bytes}};
    return burst;
}

Json ModelRunner::context() {
    // Rows of another version of the model must not stand beside these.
    return {{"engine", "analytical model"}, {"version", "1"}, {"modelled", true}};
}

}  // namespace hwnas
