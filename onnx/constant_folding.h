#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <vector>

#include "onnx/constant.h"

namespace hwnas {

/// Computes a node all of whose inputs are known (none for those that are left out): the
/// arithmetic on shapes that exporters write around reshaping, and what they do with weights
/// before use. The batch's size may be carried along but not computed with. Null where the
/// operator is not one of those; throws Unsupported where its operands are beyond it.
[[nodiscard]] ConstantPtr folded(const onnx::NodeProto& node, const std::vector<ConstantPtr>& inputs,
                                 std::int64_t opset, Budget& budget);

/// `axis` counted from the end where it is negative. Throws Unsupported where it is no axis.
[[nodiscard]] std::size_t axis_of(std::int64_t axis, std::size_t rank);

/// Axes, starts and so on: an attribute in older opsets, an input in newer ones; none where
/// it is left out.
[[nodiscard]] std::optional<std::vector<std::int64_t>> integers_of(const onnx::NodeProto& node, const char* attribute,
                                                                   const std::vector<ConstantPtr>& inputs,
                                                                   std::size_t input);

}  // namespace hwnas
