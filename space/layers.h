#pragma once

#include <optional>
#include <string>

#include "graph/graph.h"

/// Runs of nodes that block families share. Each appends to the graph behind
/// `input` and gives the node that comes out; names start with `prefix`.
namespace hwnas::layers {

struct ConvSpec {
    std::int64_t filters = 0;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t group = 1;
};

/// Convolution with same padding, batch norm, and an activation if one is given.
NodeId conv_norm(Graph& graph, const std::string& prefix, NodeId input, const ConvSpec& spec,
                 std::optional<op::Activation::Kind> activation);

/// Squeeze-and-excite (arXiv 1709.01507): global average, two 1x1 convolutions
/// with biases, a ReLU between them and a sigmoid behind, multiplied in.
NodeId squeeze_and_excite(Graph& graph, const std::string& prefix, NodeId input, std::int64_t squeezed);

}  // namespace hwnas::layers
