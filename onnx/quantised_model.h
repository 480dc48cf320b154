#pragma once

#include <onnx/onnx_pb.h>

namespace hwnas {

/// Puts QuantizeLinear and DequantizeLinear around the operators of a float32 graph
/// (whose initializers are raw data), with one scale for all activations: right for
/// timing, where only the form counts, not for accuracy. See `timing_onnx`.
void quantise(onnx::GraphProto& graph);

}  // namespace hwnas
