#include "devices/segment_sampling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "devices/drawn_networks.h"
#include "devices/segment_features.h"
#include "regression/gaussian_process.h"

namespace hwnas {
namespace {

using Segments = std::vector<const Segment*>;

/// The operators of a segment without their extents: what decides whether a device can run it.
std::string operators_of(const Segment& segment) {
    std::string text;
    for (const auto& node : segment.graph.nodes()) {
        text += op::onnx_type(node.op);
        if (const auto* conv = std::get_if<op::Conv>(&node.op))
            text +=
                std::to_string(conv->kernel[0]) + "/" + std::to_string(conv->stride[0]) + (conv->group > 1 ? "g" : "");
        text += ' ';
    }
    return text;
}

struct Known {
    Segments segments;
    Eigen::VectorXd logs;
};

Known known_logs(const Segments& segments, const CostTable& table, const RowFigure& figure) {
    Known known;
    std::vector<double> logs;
    for (const Segment* segment : segments) {
        const CostRow* row = measured_row(table, *segment);
        if (row == nullptr) continue;
        const auto value = figure(*row);
        if (!value || !(*value > 0)) continue;
        known.segments.push_back(segment);
        logs.push_back(std::log(*value));
    }
    known.logs = Eigen::Map<Eigen::VectorXd>(logs.data(), static_cast<Eigen::Index>(logs.size()));
    return known;
}

GaussianProcess process_of(const Known& known, std::size_t restarts, std::uint64_t seed) {
    GaussianProcessOptions options;
    options.linear_mean = true;
    options.restarts = restarts;
    options.seed = seed;
    return {segment_features(known.segments), known.logs, options};
}

/// Segments far apart from each other: each the farthest from those before it, in scaled features.
Segments spread(const Segments& segments, std::size_t count) {
    Eigen::MatrixXd features = segment_features(segments);
    for (Eigen::Index column = 0; column < features.cols(); ++column) {
        auto values = features.col(column).array();
        const double mean = values.mean();
        const double deviation = std::sqrt((values - mean).square().mean());
        values = (values - mean) / (deviation > 0 ? deviation : 1);
    }
    Eigen::VectorXd distance = Eigen::VectorXd::Constant(features.rows(), std::numeric_limits<double>::infinity());
    Segments chosen;
    Eigen::Index next = 0;
    (features.rowwise().squaredNorm()).minCoeff(&next);  // the most usual one first
    while (chosen.size() < std::min(count, segments.size())) {
        chosen.push_back(segments[static_cast<std::size_t>(next)]);
        distance = distance.cwiseMin((features.rowwise() - features.row(next)).rowwise().squaredNorm());
        distance(next) = -1;
        distance.maxCoeff(&next);
    }
    return chosen;
}

}  // namespace

const CostRow* measured_row(const CostTable& table, const Segment& segment) {
    const auto row = table.rows.find(segment.key);
    if (row == table.rows.end()) return nullptr;
    const RowOrigin origin = row->second.origin;
    return origin == RowOrigin::measured || origin == RowOrigin::modelled ? &row->second : nullptr;
}

SegmentSampling::SegmentSampling(Segments segments, std::uint64_t seed) : segments_(std::move(segments)), seed_(seed) {}

std::size_t SegmentSampling::missing(const CostTable& table) const {
    return static_cast<std::size_t>(std::count_if(segments_.begin(), segments_.end(), [&](const Segment* segment) {
        return measured_row(table, *segment) == nullptr && !left_out_.contains(segment->key);
    }));
}

Segments SegmentSampling::next(const CostTable& table, std::size_t count) const {
    Segments candidates;
    for (const Segment* segment : segments_)
        if (measured_row(table, *segment) == nullptr && !left_out_.contains(segment->key))
            candidates.push_back(segment);
    if (candidates.size() <= count) return candidates;
    const Known known = known_logs(segments_, table, latency_of);
    constexpr std::size_t least_for_process = 30;
    if (known.segments.size() < least_for_process) return spread(candidates, count);
    Segments chosen;
    for (const auto index : process_of(known, 0, seed_).next_points(segment_features(candidates), count))
        chosen.push_back(candidates[index]);
    return chosen;
}

std::size_t SegmentSampling::fill(CostTable& table) const {
    std::map<std::string, std::string> refused;  // reasons by operators
    std::set<std::string> runs;
    for (const Segment* segment : segments_) {
        const CostRow* row = measured_row(table, *segment);
        if (row == nullptr) continue;
        if (row->unsupported.empty())
            runs.insert(operators_of(*segment));
        else
            refused.emplace(operators_of(*segment), row->unsupported);
    }
    Segments missing;
    for (const Segment* segment : segments_) {
        if (measured_row(table, *segment) != nullptr) continue;
        const std::string operators = operators_of(*segment);
        const auto reason = refused.find(operators);
        if (reason != refused.end() && !runs.contains(operators)) {
            CostRow row;
            row.unsupported = reason->second;
            row.origin = RowOrigin::interpolated;
            table.rows.insert_or_assign(segment->key, std::move(row));
            continue;
        }
        missing.push_back(segment);
    }
    if (missing.empty()) return 0;
    const Known known = known_logs(segments_, table, latency_of);
    if (known.segments.empty()) return 0;
    const Eigen::MatrixXd features = segment_features(missing);
    const auto latency = process_of(known, 2, seed_).predict(features);
    const Known energies = known_logs(segments_, table, energy_of);
    std::optional<GaussianProcess::Prediction> energy;
    if (energies.segments.size() == known.segments.size()) energy = process_of(energies, 2, seed_).predict(features);
    for (std::size_t i = 0; i < missing.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        CostRow row;
        row.origin = RowOrigin::interpolated;
        row.latency_ms = std::exp(latency.mean(at));
        row.details = {{"deviation_percent", 100 * std::sqrt(std::max(0.0, latency.variance(at)))}};
        if (energy) row.energy_mj = std::exp(energy->mean(at));
        table.rows.insert_or_assign(missing[i]->key, std::move(row));
    }
    return missing.size();
}

}  // namespace hwnas
