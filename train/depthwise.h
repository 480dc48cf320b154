#pragma once

#include "graph/operators.h"
#include "train/libtorch.h"

namespace hwnas::train {

/// A depthwise convolution by our own loops (kernels.h). Undefined where there are none for it, the
/// processor or the device: then LibTorch is to do it. `pads` are those that are left to do; y is made in `y` where
/// that is defined.
[[nodiscard]] at::Tensor depthwise_forward(const op::Conv& conv, const op::Padding& pads, const at::Tensor& x,
                                           const at::Tensor& weight, at::Tensor y);

/// Adds to the gradient of the weight, gives that of x where it is wanted. False where the loops are not for it.
[[nodiscard]] bool depthwise_backward(const op::Conv& conv, const op::Padding& pads, const at::Tensor& output_gradient,
                                      const at::Tensor& x, const at::Tensor& weight, at::Tensor weight_gradient,
                                      bool wanted, at::Tensor& input_gradient);

}  // namespace hwnas::train
