#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/augment.h"
#include "train/libtorch.h"

namespace hwnas::train {

/// The images of `order` as a network takes them: {N, channels, height, width}, channels last in memory.
[[nodiscard]] at::Tensor image_batch(const Images& images, std::span<const std::int64_t> order,
                                     const Normalisation& normalisation, const Augmentation& augmentation, Rng& rng,
                                     const at::Device& device);

/// Their labels: {N}, int64.
[[nodiscard]] at::Tensor label_batch(const std::vector<std::int32_t>& labels, std::span<const std::int64_t> order,
                                     const at::Device& device);

}  // namespace hwnas::train
