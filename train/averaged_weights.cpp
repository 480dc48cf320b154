#include "train/averaged_weights.h"

#include <algorithm>
#include <cmath>

namespace hwnas::train {

AveragedWeights::AveragedWeights(double fraction, std::int64_t steps)
    : first_(steps -
             (fraction > 0 ? std::max<std::int64_t>(1, std::llround(fraction * static_cast<double>(steps))) : 0)) {}

void AveragedWeights::see(const at::Tensor& parameters, std::int64_t step) {
    if (step < first_) return;
    ++seen_;
    if (!mean_.defined())
        mean_ = parameters.clone();
    else
        mean_.lerp_(parameters, 1 / static_cast<double>(seen_));
}

void AveragedWeights::put_into(at::Tensor parameters) const {
    if (mean_.defined()) parameters.copy_(mean_);
}

}  // namespace hwnas::train
