#pragma once

#include "train/libtorch.h"

namespace hwnas::train {

struct Loss {
    double value = 0;     ///< nats, mean over the batch
    at::Tensor gradient;  ///< of the scores
};

/// Mean cross-entropy of scores {N, classes} against int64 labels {N} of which `smoothing` is spread
/// over all classes (Szegedy et al. 2016, section 7).
[[nodiscard]] Loss cross_entropy(const at::Tensor& scores, const at::Tensor& labels, double smoothing);

}  // namespace hwnas::train
