#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/shape.h"

namespace hwnas {

/// A model file, parsed and put in order.
struct ModelFile {
    onnx::ModelProto model;
    std::int64_t opset = 0;
    std::string input;                          ///< name of the one input tensor that is no weight
    Shape shape;                                ///< its, without the batch
    std::optional<std::int64_t> batch;          ///< where the file fixes it
    std::string output;                         ///< name of the one output tensor
    std::vector<const onnx::NodeProto*> nodes;  ///< that the output needs, each behind what it reads
    std::map<std::string, const onnx::TensorProto*> weights;
};

/// Parses a ModelProto. Throws InputError where it is none, where operators' versions are
/// not known, where there is not one image input of a fixed size and one output, or
/// where nodes read tensors that nobody makes, or each other's in a circle.
[[nodiscard]] std::unique_ptr<ModelFile> parse_model(std::string_view bytes, const std::string& origin);

}  // namespace hwnas
