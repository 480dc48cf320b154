#pragma once

#include <functional>
#include <vector>

#include "train/libtorch.h"

namespace hwnas::train {

/// The gradients of `outputs`' sum, each weighted by the tensor beside it in `output_gradients` (none: 1, for
/// scalars), by LibTorch's autograd. Where nothing leads from an input to the outputs its gradient is zeros.
/// What the forward pass kept stays for another call. With `differentiable` the gradients have gradients themselves.
[[nodiscard]] std::vector<at::Tensor> gradients(const std::vector<at::Tensor>& outputs,
                                                const std::vector<at::Tensor>& inputs,
                                                const std::vector<at::Tensor>& output_gradients = {},
                                                bool differentiable = false);

/// Along a direction: `value_of` of the points, and how fast it changes as they move by the directions, which has
/// gradients itself. By forward differentiation, so that those are of first derivatives of operators alone: LibTorch's
/// second derivatives of grouped convolutions go group by group.
[[nodiscard]] at::Tensor directional_derivative(
    const std::vector<at::Tensor>& points, const std::vector<at::Tensor>& directions,
    const std::function<at::Tensor(const std::vector<at::Tensor>&)>& value_of);

}  // namespace hwnas::train
