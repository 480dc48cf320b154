#pragma once

#include "train/kernels.h"
#include "train/layers.h"

namespace hwnas::train {

/// Activations that batch norm computes in the same pass.
[[nodiscard]] bool fits_behind_batch_norm(op::Activation::Kind kind);

/// That of a batch norm's layer.
[[nodiscard]] kernels::Then behind_batch_norm(const Layer& layer);

/// Batch norm and the layer's activation, by LibTorch. In training it normalises by the batch and moves the
/// running statistics (the variance's unbiased, as PyTorch has it); our own way to train is `NormByParts`.
[[nodiscard]] at::Tensor batch_norm_forward(Layer& layer, const op::BatchNormalization& norm, const at::Tensor& x,
                                            Mode mode, double momentum);
/// The gradient of x; adds to those of weight and bias.
[[nodiscard]] at::Tensor batch_norm_backward(Layer& layer, const op::BatchNormalization& norm,
                                             const at::Tensor& output_gradient);

}  // namespace hwnas::train
