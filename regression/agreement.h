#pragma once

#include <cstddef>
#include <vector>

namespace hwnas {

/// How well predictions agree with what was measured. A figure that is not defined
/// is NaN: `r2` and the ranks' of measurements that are all equal, the ranks' of
/// predictions that are all equal, and everything of no predictions.
struct Agreement {
    std::size_t count = 0;
    double mean_error_percent = 0;  ///< mean of |predicted - measured| / |measured|, in percent
    double within_5_percent = 0;    ///< share of predictions so near, 0 to 1
    double within_10_percent = 0;   ///< as above
    double r2 = 0;                  ///< coefficient of determination, 1 - SSE / SST; may be negative
    double kendall_tau = 0;         ///< tau-b, -1 to 1
    double spearman = 0;            ///< rho, tied values at the mean of their ranks, -1 to 1
};

/// Compares pairs; takes O(n log n). The relative error of a measurement of 0 is 0
/// where 0 was predicted, and else infinite. Throws std::invalid_argument where the
/// lengths differ or a number is not finite.
[[nodiscard]] Agreement agreement(const std::vector<double>& predicted, const std::vector<double>& measured);

/// Kendall's tau-b, which corrects for ties on either side (Kendall, "The treatment
/// of ties in ranking problems", Biometrika 33, 1945), by counting exchanges in a
/// merge sort (Knight, JASA 61, 1966). NaN where all values of a side are equal.
/// Throws as `agreement`.
[[nodiscard]] double kendall_tau(const std::vector<double>& a, const std::vector<double>& b);

/// Spearman's rho: Pearson's correlation of the ranks, tied values at the mean of
/// theirs. NaN where all values of a side are equal. Throws as `agreement`.
[[nodiscard]] double spearman(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace hwnas
