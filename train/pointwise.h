#pragma once

#include "graph/operators.h"
#include "train/libtorch.h"

namespace hwnas::train {

/// Whether a convolution is one product of matrices where channels come last: {pixels, channels} by
/// {channels, filters}. LibTorch goes to the order of NCHW and back for it where a batch is small.
[[nodiscard]] bool is_pointwise(const op::Conv& conv, const op::Padding& pads, const at::Tensor& x);

/// y of such a convolution, into `y` where it is defined ({N, filters, H, W}, channels last).
[[nodiscard]] at::Tensor pointwise_forward(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                           at::Tensor y);

/// Adds to the gradients of weight and, where there is one, bias; gives that of x where it is wanted.
[[nodiscard]] at::Tensor pointwise_backward(const at::Tensor& output_gradient, const at::Tensor& x,
                                            const at::Tensor& weight, const at::Tensor& weight_gradient,
                                            const at::Tensor& bias_gradient, bool wanted);

}  // namespace hwnas::train
