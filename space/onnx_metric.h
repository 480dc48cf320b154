#pragma once

#include <functional>

#include "onnx/writer.h"
#include "space/compiled_metric.h"

namespace hwnas {

/// The size of an architecture's ONNX file as a fold: the sum of its segments'
/// bytes, which `onnx_bytes_from_fold` turns into the file's size. The space
/// must outlive it.
[[nodiscard]] CompiledMetric onnx_bytes_fold(const CompiledSpace& space);

/// From that sum to the exact size in bytes; ascending, so a bound on
/// the size is one on the sum. May outlive the space.
[[nodiscard]] std::function<double(double)> onnx_bytes_from_fold(const CompiledSpace& space,
                                                                 const OnnxMetadata& metadata);

}  // namespace hwnas
