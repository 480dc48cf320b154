#pragma once

#include <optional>
#include <string>

#include "graph/graph.h"

/// Runs of nodes that block families share. Each appends to the graph behind
/// `input` and gives the node that comes out; names start with `prefix`.
namespace hwnas::layers {

using Activation = std::optional<op::Activation::Kind>;

struct ConvSpec {
    std::int64_t filters = 0;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t group = 1;
    bool norm = true;   ///< a batch norm behind it; else the convolution has a bias
    bool same = true;   ///< padded by half of the kernel; else not at all
    bool bias = false;  ///< even with a batch norm
};

/// The nearest multiple of the divisor, but at least one and not less than 90 % of what
/// is wanted, as MobileNet's code has it; with a divisor of 1 rounded down.
[[nodiscard]] std::int64_t rounded_channels(double wanted, std::int64_t divisor);

/// Convolution, batch norm, and an activation if one is given.
NodeId conv_norm(Graph& graph, const std::string& prefix, NodeId input, const ConvSpec& spec, Activation activation);

/// Batch norm, activation, convolution: DenseNet's order. Norm and bias of the
/// convolution itself there are none.
NodeId norm_conv(Graph& graph, const std::string& prefix, NodeId input, const ConvSpec& spec,
                 op::Activation::Kind activation);

/// Squeeze-and-excite (arXiv 1709.01507): global average, two 1x1 convolutions
/// with biases, `inner` between them and `gate` behind, multiplied in.
struct ExciteSpec {
    std::int64_t squeezed = 1;
    op::Activation::Kind inner = op::Activation::Kind::relu;
    op::Activation::Kind gate = op::Activation::Kind::sigmoid;
};
NodeId squeeze_and_excite(Graph& graph, const std::string& prefix, NodeId input, const ExciteSpec& spec);

/// MobileNetV2's block (arXiv 1801.04381, table 1), as its descendants vary it: a 1x1
/// convolution to `expanded` channels, a depthwise one, squeeze-and-excite, a linear 1x1
/// one, and the input added where shapes allow.
struct InvertedResidualSpec {
    std::int64_t expanded = 0;
    bool expands_always = false;  ///< else no first convolution where it would not widen
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    std::int64_t group = 1;  ///< of both 1x1 convolutions; with more than one, a shuffle follows the first
    std::optional<ExciteSpec> excite;
    std::int64_t filters = 0;
    bool skip = true;
    bool bias = false;  ///< of all three convolutions, although batch norms follow
    op::Activation::Kind activation = op::Activation::Kind::relu;
};
NodeId inverted_residual(Graph& graph, const std::string& prefix, NodeId input, const InvertedResidualSpec& spec);

}  // namespace hwnas::layers
