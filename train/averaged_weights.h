#pragma once

#include <cstdint>

#include "train/libtorch.h"

namespace hwnas::train {

/// The even average of a network's weights after each of the last steps (Izmailov et al. 2018, "Averaging Weights Leads
/// to Wider Optima", section 3.1, at whatever rate the schedule has there).
class AveragedWeights {
public:
    /// Over the last `fraction` of `steps`, at least one of them; of a fraction of 0 there is no average.
    AveragedWeights(double fraction, std::int64_t steps);

    /// After step `step` (0 the first).
    void see(const at::Tensor& parameters, std::int64_t step);
    /// Puts the average in the place of the parameters; leaves them where there is none.
    void put_into(at::Tensor parameters) const;

private:
    std::int64_t first_;
    std::int64_t seen_ = 0;
    at::Tensor mean_;
};

}  // namespace hwnas::train
