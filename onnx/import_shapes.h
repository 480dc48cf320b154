#pragma once

#include "onnx/import_node.h"

/// Operators that compute nothing: they give tensors other shapes, or parts of them.
namespace hwnas::imports {

[[nodiscard]] std::vector<Value> shape_of(const ImportedNode& node);
/// Reshape, Flatten, Squeeze and Unsqueeze.
[[nodiscard]] Value reshape(const ImportedNode& node);
[[nodiscard]] Value flatten(const ImportedNode& node);
[[nodiscard]] Value squeeze(const ImportedNode& node);
[[nodiscard]] Value unsqueeze(const ImportedNode& node);
[[nodiscard]] Value transpose(const ImportedNode& node);
[[nodiscard]] Value concat(const ImportedNode& node);
[[nodiscard]] Value slice(const ImportedNode& node);
[[nodiscard]] std::vector<Value> split(const ImportedNode& node);
[[nodiscard]] Value pad(const ImportedNode& node);

}  // namespace hwnas::imports
