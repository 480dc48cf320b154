#include "regression/forward_substitution.h"

#include <algorithm>
#include <array>
#include <vector>

#include "regression/wide.h"

namespace hwnas {
namespace {

using wide::Doubles;

// Rows and lanes of right-hand sides that are solved together: their sums fit the registers, and what is loaded is
// used for all of them.
constexpr Eigen::Index rows_at_once = 4;
constexpr std::size_t lanes_at_once = 2;
constexpr Eigen::Index strip = static_cast<Eigen::Index>(lanes_at_once) * wide::lanes;

/// Subtracts what `solved` (unknowns x strip) from `from` to `to` has of the sums of `Rows` unknowns.
template <std::size_t Rows>
[[gnu::always_inline]] inline void subtract(const std::array<const double*, Rows>& factors, const double* solved,
                                            Eigen::Index from, Eigen::Index to,
                                            std::array<std::array<Doubles, lanes_at_once>, Rows>& sums) {
    for (Eigen::Index i = from; i < to; ++i) {
        const double* at = solved + i * strip;
        for (std::size_t lane = 0; lane < lanes_at_once; ++lane) {
            Doubles s;
            wide::load(at + static_cast<Eigen::Index>(lane) * wide::lanes, s);
            for (std::size_t row = 0; row < Rows; ++row) sums[row][lane] -= factors[row][i] * s;
        }
    }
}

/// Solves for the unknowns from `first` on, `Rows` of them.
template <std::size_t Rows>
[[gnu::always_inline]] inline void solve_rows(const RowMajorMatrix& factor, Eigen::Index first, double* solved) {
    std::array<const double*, Rows> factors;
    std::array<std::array<Doubles, lanes_at_once>, Rows> sums;
    for (std::size_t row = 0; row < Rows; ++row) {
        const auto j = first + static_cast<Eigen::Index>(row);
        factors[row] = &factor(j, 0);
        for (std::size_t lane = 0; lane < lanes_at_once; ++lane)
            wide::load(solved + j * strip + static_cast<Eigen::Index>(lane) * wide::lanes, sums[row][lane]);
    }
    subtract<Rows>(factors, solved, 0, first, sums);
    for (std::size_t row = 0; row < Rows; ++row) {
        const auto j = first + static_cast<Eigen::Index>(row);
        for (std::size_t lane = 0; lane < lanes_at_once; ++lane) {
            for (std::size_t before = 0; before < row; ++before)
                sums[row][lane] -= factors[row][first + static_cast<Eigen::Index>(before)] * sums[before][lane];
            sums[row][lane] /= factors[row][j];
            wide::store(sums[row][lane], solved + j * strip + static_cast<Eigen::Index>(lane) * wide::lanes);
        }
    }
}

}  // namespace

void substitute_forward(const RowMajorMatrix& factor, Eigen::MatrixXd& sides, Eigen::Index begin, Eigen::Index end) {
    // A strip of sides, some unknowns at a time: a side's own figures lie far apart.
    std::vector<double> local(static_cast<std::size_t>(end * strip));
    for (Eigen::Index first = 0; first < sides.rows(); first += strip) {
        const Eigen::Index width = std::min<Eigen::Index>(strip, sides.rows() - first);
        for (Eigen::Index j = 0; j < end; ++j) {
            const double* from = &sides(first, j);
            std::copy(from, from + width, local.begin() + j * strip);
            std::fill(local.begin() + j * strip + width, local.begin() + (j + 1) * strip, 0.0);
        }
        wide::on_widest([&]() __attribute__((always_inline)) {
            Eigen::Index j = begin;
            for (; j + rows_at_once <= end; j += rows_at_once) solve_rows<rows_at_once>(factor, j, local.data());
            for (; j < end; ++j) solve_rows<1>(factor, j, local.data());
        });
        for (Eigen::Index j = begin; j < end; ++j) std::copy_n(local.begin() + j * strip, width, &sides(first, j));
    }
}

}  // namespace hwnas
