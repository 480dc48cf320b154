#pragma once

#include "onnx/import_node.h"

/// Operators with weights, pooling and activations: each gives the tensor that it makes.
namespace hwnas::imports {

[[nodiscard]] std::size_t conv(const ImportedNode& node);
[[nodiscard]] std::size_t batch_norm(const ImportedNode& node);
[[nodiscard]] std::size_t gemm(const ImportedNode& node);
[[nodiscard]] std::size_t matmul(const ImportedNode& node);
[[nodiscard]] std::size_t pool(const ImportedNode& node);
[[nodiscard]] std::size_t global_average(const ImportedNode& node);
[[nodiscard]] std::size_t reduce_mean(const ImportedNode& node);
[[nodiscard]] std::size_t activation(const ImportedNode& node);
[[nodiscard]] std::size_t clip(const ImportedNode& node);
/// Add, Sub, Mul, Div and Neg, between tensors or with constants.
[[nodiscard]] std::size_t arithmetic(const ImportedNode& node);

}  // namespace hwnas::imports
