#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/weights.h"

namespace hwnas {

/// The data types in which a network can be handed to an engine.
[[nodiscard]] const std::vector<std::string>& timing_data_types();

/// Weights that make a network run but mean nothing: uniform, scaled by each node's
/// fan-in so that activations stay of one magnitude, since zeros, denormals and
/// overflows would be timed otherwise. The same for the same graph.
[[nodiscard]] Weights made_up_weights(const Graph& graph);

/// The network with made-up weights as an ONNX file that an engine is timed with: the
/// batch is fixed, and the data type one of
/// - `float32`: as `to_onnx` writes it;
/// - `float16`, `bfloat16`: weights, activations, input and output;
/// - `int8`: quantised as toolchains do before deployment. Batch norms are folded into the
///   convolution before them, weights are signed, activations unsigned 8-bit numbers,
///   biases 32-bit, in the form of QuantizeLinear and DequantizeLinear around each
///   operator; a Relu or Clip behind a convolution is left to the quantisation.
///   Input and output of the file stay float32.
/// Throws InputError on another data type.
[[nodiscard]] std::string timing_onnx(const Graph& graph, std::int64_t batch, const std::string& data_type);

}  // namespace hwnas
