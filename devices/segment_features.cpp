#include "devices/segment_features.h"

#include <array>
#include <cmath>
#include <numeric>

namespace hwnas {
namespace {

enum Feature : Eigen::Index {
    first_pointwise_macs,
    last_pointwise_macs,
    other_pointwise_macs,
    spatial_macs,
    grouped_macs,
    weights,
    elements_in,
    elements_out,
    peak_elements,
    moved_elements,
    pixels_in,
    pixels_out,
    padding_to_8,
    padding_to_16,
    largest_kernel,
    convolutions,
    activations,
    gates,
    additions,
    nodes,
    feature_count
};

double log_of(double value) { return std::log1p(value); }

/// How much more arithmetic a convolution is when its channels fill whole vectors.
double padding(const op::Conv& conv, std::int64_t channels, std::int64_t lanes) {
    const auto filled = [lanes](std::int64_t count) {
        return static_cast<double>((count + lanes - 1) / lanes * lanes) / static_cast<double>(count);
    };
    return filled(conv.filters) * (conv.group > 1 ? 1 : filled(channels));
}

Eigen::RowVectorXd features_of(const Segment& segment) {
    const Graph& graph = segment.graph;
    Eigen::RowVectorXd row = Eigen::RowVectorXd::Zero(feature_count);
    double moved = 0;
    double spatial = 0, grouped = 0, counted = 0;
    std::vector<double> pointwise;
    std::array<double, 2> padded{};  // arithmetic with channels rounded up to 8 and 16
    for (const auto& node : graph.nodes()) {
        const auto inputs = graph.input_shapes(node);
        const auto count = static_cast<double>(op::count_macs(node.op, inputs, node.shape));
        for (const auto& input : inputs) moved += static_cast<double>(element_count(input));
        moved += static_cast<double>(element_count(node.shape));
        if (const auto* conv = std::get_if<op::Conv>(&node.op)) {
            const bool wide = conv->kernel[0] * conv->kernel[1] > 1;
            if (conv->group > 1)
                grouped += count;
            else if (wide)
                spatial += count;
            else
                pointwise.push_back(count);
            counted += count;
            for (std::size_t i = 0; i < 2; ++i) padded[i] += count * padding(*conv, inputs.front()[0], i == 0 ? 8 : 16);
            row(largest_kernel) = std::max(row(largest_kernel), static_cast<double>(conv->kernel[0]));
            ++row(convolutions);
        } else if (std::holds_alternative<op::Gemm>(node.op)) {
            pointwise.push_back(count);
        } else if (std::holds_alternative<op::Activation>(node.op)) {
            ++row(activations);
        } else if (std::holds_alternative<op::Mul>(node.op)) {
            ++row(gates);
        } else if (std::holds_alternative<op::Add>(node.op)) {
            ++row(additions);
        }
    }
    const Shape& out = graph.shape(graph.output());
    const double all_pointwise = std::accumulate(pointwise.begin(), pointwise.end(), 0.0);
    if (!pointwise.empty()) {
        row(first_pointwise_macs) = log_of(pointwise.front());
        row(last_pointwise_macs) = log_of(pointwise.back());
        row(other_pointwise_macs) = log_of(std::max(0.0, all_pointwise - pointwise.front() - pointwise.back()));
    }
    row(spatial_macs) = log_of(spatial);
    row(grouped_macs) = log_of(grouped);
    if (counted > 0) {
        row(padding_to_8) = std::log(padded[0] / counted);
        row(padding_to_16) = std::log(padded[1] / counted);
    }
    row(weights) = log_of(static_cast<double>(segment.counts.parameters));
    row(elements_in) = log_of(static_cast<double>(element_count(graph.shape(graph.input()))));
    row(elements_out) = log_of(static_cast<double>(element_count(out)));
    row(peak_elements) = log_of(static_cast<double>(segment.counts.peak_activation_bytes));
    row(moved_elements) = log_of(moved);
    row(pixels_out) = out.size() == 3 ? log_of(static_cast<double>(out[1] * out[2])) : 0;
    const Shape& in = graph.shape(graph.input());
    row(pixels_in) = in.size() == 3 ? log_of(static_cast<double>(in[1] * in[2])) : 0;
    row(nodes) = static_cast<double>(graph.nodes().size());
    return row;
}

}  // namespace

Eigen::MatrixXd segment_features(const std::vector<const Segment*>& segments) {
    Eigen::MatrixXd features(static_cast<Eigen::Index>(segments.size()), static_cast<Eigen::Index>(feature_count));
    for (std::size_t i = 0; i < segments.size(); ++i)
        features.row(static_cast<Eigen::Index>(i)) = features_of(*segments[i]);
    return features;
}

}  // namespace hwnas
