#include "job/known_metrics.h"

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "devices/cost_metrics.h"
#include "job/objectives.h"
#include "job/version.h"
#include "space/onnx_metric.h"

namespace hwnas {
namespace {

bool runs_not_all(const CompiledSpace& space, const CostTable& table) {
    return std::any_of(space.segments().begin(), space.segments().end(), [&table](const Segment& segment) {
        const auto row = table.rows.find(segment.key);
        return row != table.rows.end() && !row->second.unsupported.empty();
    });
}

}  // namespace

KnownMetrics::KnownMetrics(const CompiledSpace& space, const Job& job, const std::vector<CostTable>& tables)
    : space_(&space) {
    add("parameters", parameter_metric(space));
    add("macs", mac_metric(space));
    add("peak_activation_bytes", peak_activation_metric(space));
    // A file of the front says how its images are normalised: one mean and one
    // deviation a channel.
    const std::vector<double> per_channel(static_cast<std::size_t>(space.space().input()[0]), 0.0);
    add("onnx_bytes", onnx_bytes_fold(space),
        onnx_bytes_from_fold(space,
                             {version, std::string(16, '0'), OnnxMetadata::Training::proxy, per_channel, per_channel}));

    std::vector<Problem> problems;
    for (std::size_t i = 0; i < job.devices.size(); ++i) {
        const auto& device = job.devices[i];
        add(metric_key("latency", device.name, job.devices.size()), latency_metric(space, tables[i]));
        if (runs_not_all(space, tables[i])) must_run_.push_back(metric_key("latency", device.name, job.devices.size()));
        const std::string energy = metric_key("energy", device.name, job.devices.size());
        if (tables[i].has_energy()) {
            add(energy, energy_metric(space, tables[i]));
            continue;
        }
        const auto asks = [&energy](const auto& item) { return item.key == energy; };
        if (std::any_of(job.objectives.begin(), job.objectives.end(), asks) ||
            std::any_of(job.limits.begin(), job.limits.end(), asks))
            problems.push_back({device.table.string(), "a column of energy, which the job asks for", "none",
                                "this machine has no readable energy counter (powercap); profile on one that has"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

void KnownMetrics::add(const std::string& key, CompiledMetric metric, std::function<double(double)> from_fold) {
    Figure figure;
    figure.from_fold = std::move(from_fold);
    if (metric.fold() == Fold::sum) figure.negative = std::make_unique<CompiledMetric>(metric.negated());
    figure.metric = std::make_unique<CompiledMetric>(std::move(metric));
    figures_[key] = std::move(figure);
}

std::map<std::string, std::function<double(const Encoding&)>> KnownMetrics::figures() const {
    std::map<std::string, std::function<double(const Encoding&)>> functions;
    for (const auto& [key, figure] : figures_)
        functions[key] = [&metric = *figure.metric, &from_fold = figure.from_fold](const Encoding& encoding) {
            const double folded = metric(encoding);
            return from_fold ? from_fold(folded) : folded;
        };
    return functions;
}

std::vector<Bound> KnownMetrics::bounds(const std::vector<Limit>& limits) const {
    std::vector<Bound> bounds;
    for (const auto& key : must_run_)
        bounds.push_back({key, "ms", {}, figures_.at(key).metric.get(), std::numeric_limits<double>::max()});
    for (const auto& limit : limits) {
        const auto found = figures_.find(limit.key);
        if (found == figures_.end()) continue;  // an accuracy: judged when it is known
        const Figure& figure = found->second;
        if (limit.most) bounds.push_back({limit.key, limit.unit, figure.from_fold, figure.metric.get(), *limit.most});
        if (!limit.least) continue;
        if (!figure.negative)
            throw InputError(
                {"constraint on " + limit.key, "\"at_most\"", "\"at_least\"", "a peak can only be bounded from above"});
        const auto negative = [from_fold = figure.from_fold](double folded) {
            return -(from_fold ? from_fold(-folded) : -folded);
        };
        bounds.push_back({"-" + limit.key, limit.unit, negative, figure.negative.get(), -*limit.least});
    }
    return bounds;
}

}  // namespace hwnas
