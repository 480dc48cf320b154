#pragma once

#include <vector>

#include "train/libtorch.h"

namespace hwnas::train {

// The zero-cost proxies' formulas, over what a pass through a network gives. Lists are by layer: every
// convolution and fully connected layer, biases and batch norms left out, as Abdelfattah et al. 2021
// ("Zero-Cost Proxies for Lightweight NAS", section 3) and their program have it. All are computed in
// double precision. None is finite where the formula is not.

/// log det of the matrix whose element (i, j) says in how many bits the codes of the images i and j agree
/// (Mellor et al. 2021, "Neural Architecture Search without Training", section 3): {N, units} tensors of 0 and 1.
[[nodiscard]] double naswot(const std::vector<at::Tensor>& codes);

/// -sum of (log(v + k) + 1 / (v + k)), k = 1e-5, over the eigenvalues v of the correlations between the images' rows of
/// the {N, anything} gradient of the summed outputs (Abdelfattah et al., after the first version of Mellor et al.).
[[nodiscard]] double jacobian_covariance(const at::Tensor& input_gradient);

/// Sum of the layers' Euclidean norms of gradients (Abdelfattah et al.).
[[nodiscard]] double gradient_norm(const std::vector<at::Tensor>& gradients);

/// Sum of |weight * gradient| (Lee et al. 2019, "SNIP", equation 5, not normalised). Of the gradients of `synflow`'s
/// loss its sum (Tanaka et al. 2020, "Pruning neural networks without any data", section 6).
[[nodiscard]] double saliency(const std::vector<at::Tensor>& weights, const std::vector<at::Tensor>& gradients);

/// Sum of -weight * (H gradient), H the loss's Hessian (Wang et al. 2020, "Picking Winning Tickets Before Training
/// by Preserving Gradient Flow", equation 8, at a temperature of 1).
[[nodiscard]] double grasp(const std::vector<at::Tensor>& weights, const std::vector<at::Tensor>& hessian_gradients);

/// Sum over the channels of the layers' outputs of 1 / (2 N) * sum over images of (sum over positions of
/// output * its gradient)^2 (Turner et al. 2020, "BlockSwap", equation 3, on these layers as Abdelfattah et al. do).
[[nodiscard]] double fisher(const std::vector<at::Tensor>& outputs, const std::vector<at::Tensor>& gradients);

/// Sum over layers of log(sum over weights of mean / deviation) of |gradient| over batches (Li et al. 2023, "ZiCo",
/// equation 15): `batches` holds the layers' gradients of each batch. Weights of deviation 0 are left out, as are
/// layers of nothing else, as the authors' program does.
[[nodiscard]] double zico(const std::vector<std::vector<at::Tensor>>& batches);

}  // namespace hwnas::train
