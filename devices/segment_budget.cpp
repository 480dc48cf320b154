#include "devices/segment_budget.h"

#include <algorithm>

namespace hwnas {

std::size_t SegmentBudget::next(const SegmentProgress& progress) const {
    constexpr std::size_t batch = 100;
    constexpr std::size_t least_batch = 20;  // fewer do not repay the choice of them
    const auto up_to = [&](std::size_t wanted) {
        const std::size_t more = wanted > progress.known ? wanted - progress.known : 0;
        return std::min({batch, more, progress.missing});
    };
    const std::size_t all = progress.known + progress.missing;
    if (all <= exactly.value_or(least)) return progress.missing;
    if (exactly || progress.known < least) return up_to(exactly.value_or(least));
    if (progress.left.count() <= 0) return 0;
    if (progress.measured_now == 0) return std::min(batch, progress.missing);
    const double fitting =
        progress.left.count() * static_cast<double>(progress.measured_now) / std::max(1e-9, progress.spent.count());
    if (fitting >= static_cast<double>(progress.missing)) return progress.missing;
    return fitting < least_batch ? 0 : static_cast<std::size_t>(std::min<double>(batch, fitting));
}

}  // namespace hwnas
