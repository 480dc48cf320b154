#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace hwnas {

/// The names of a node and its tensors in a file.
struct OnnxNames {
    std::string node;                 ///< of the node; its weights are `node.weight`
    std::vector<std::string> inputs;  ///< tensors
    std::string output;               ///< tensor
};

/// An initializer without its data.
struct OnnxInitializer {
    onnx::TensorProto header;
    std::int64_t data_bytes = 0;
    std::string weight;                  ///< `weight`, `bias` ...: which of the node's weights it holds
    std::vector<float> constant;         ///< or its values, where it holds none
    std::vector<std::int64_t> integers;  ///< or these: positions and shapes
};

/// What one node of a graph becomes in a file: usually one message, two for swish,
/// three for a channel shuffle.
struct OnnxNode {
    std::vector<onnx::NodeProto> nodes;
    std::vector<OnnxInitializer> initializers;

    /// Bytes that all of it takes up in a GraphProto.
    [[nodiscard]] std::int64_t bytes() const;
};

[[nodiscard]] OnnxNode onnx_node(const op::Operator& op, const std::vector<Shape>& inputs, OnnxNames names);

/// Bytes of a field with a one-byte tag that holds `length` bytes.
[[nodiscard]] std::int64_t delimited(std::int64_t length);

}  // namespace hwnas
