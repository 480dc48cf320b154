#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "devices/cost_table.h"
#include "job/job.h"
#include "space/feasible_networks.h"

namespace hwnas {

/// The figures of a job that no training is needed for, compiled: parameters,
/// macs, peak_activation_bytes, onnx_bytes, and each device's latency and energy.
class KnownMetrics {
public:
    /// `tables` are the job's devices' in their order. Throws InputError where
    /// rows are missing, or an objective or limit asks for energy that a table
    /// does not have. The space must outlive this.
    KnownMetrics(const CompiledSpace& space, const Job& job, const std::vector<CostTable>& tables);

    /// By key; valid as long as this object.
    [[nodiscard]] std::map<std::string, std::function<double(const Encoding&)>> figures() const;

    /// The bounds that the known ones among the limits make, and that each device can run the network. An `at_least` of
    /// a sum is the `at_most` of its negative.
    [[nodiscard]] std::vector<Bound> bounds(const std::vector<Limit>& limits) const;

private:
    struct Figure {
        std::unique_ptr<CompiledMetric> metric;
        std::unique_ptr<CompiledMetric> negative;  ///< null for a maximum
        std::function<double(double)> from_fold;   ///< empty: identity
    };
    void add(const std::string& key, CompiledMetric metric, std::function<double(double)> from_fold = {});

    const CompiledSpace* space_;
    std::map<std::string, Figure> figures_;
    std::vector<std::string> must_run_;  ///< latencies on devices that can't run every segment
};

}  // namespace hwnas
