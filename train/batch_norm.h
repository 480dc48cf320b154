#pragma once

#include "train/layers.h"

namespace hwnas::train {

/// Activations that batch norm computes in the same pass.
[[nodiscard]] bool fits_behind_batch_norm(op::Activation::Kind kind);

/// Batch norm and the layer's activation. In training it normalises by the batch
/// and moves the running statistics (the variance's unbiased, as PyTorch has it).
[[nodiscard]] at::Tensor batch_norm_forward(Layer& layer, const op::BatchNormalization& norm, const at::Tensor& x,
                                            Mode mode, double momentum);
/// The gradient of x; writes those of weight and bias.
[[nodiscard]] at::Tensor batch_norm_backward(Layer& layer, const op::BatchNormalization& norm,
                                             const at::Tensor& output_gradient);

}  // namespace hwnas::train
