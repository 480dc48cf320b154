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

/// Adds the unknowns from `begin` to `end` to a strip's sums, one after the other.
[[gnu::always_inline]] inline void add_up(const double* solved, const Eigen::VectorXd& weights, Eigen::Index begin,
                                          Eigen::Index end, double* products, double* squares) {
    for (std::size_t lane = 0; lane < lanes_at_once; ++lane) {
        const auto at = static_cast<Eigen::Index>(lane) * wide::lanes;
        Doubles product;
        Doubles square;
        wide::load(products + at, product);
        wide::load(squares + at, square);
        for (Eigen::Index j = begin; j < end; ++j) {
            Doubles s;
            wide::load(solved + j * strip + at, s);
            product += weights[j] * s;
            square += s * s;
        }
        wide::store(product, products + at);
        wide::store(square, squares + at);
    }
}

}  // namespace

void substitute_forward(const RowMajorMatrix& factor, RowMajorMatrix& sides, Eigen::Index begin, Eigen::Index end,
                        const Eigen::VectorXd& weights, SolutionSums& sums) {
    // A strip of sides, unknown by unknown beside each other.
    std::vector<double> local(static_cast<std::size_t>(end * strip));
    std::array<double, strip> products{}, squares{};
    for (Eigen::Index first = 0; first < sides.rows(); first += strip) {
        const Eigen::Index width = std::min<Eigen::Index>(strip, sides.rows() - first);
        if (width < strip) std::fill(local.begin(), local.end(), 0.0);
        for (Eigen::Index side = 0; side < width; ++side) {
            const double* from = &sides(first + side, 0);
            for (Eigen::Index j = 0; j < end; ++j) local[static_cast<std::size_t>(j * strip + side)] = from[j];
        }
        std::copy_n(sums.products.data() + first, width, products.begin());
        std::copy_n(sums.squares.data() + first, width, squares.begin());
        wide::on_widest([&]() __attribute__((always_inline)) {
            Eigen::Index j = begin;
            for (; j + rows_at_once <= end; j += rows_at_once) solve_rows<rows_at_once>(factor, j, local.data());
            for (; j < end; ++j) solve_rows<1>(factor, j, local.data());
            add_up(local.data(), weights, begin, end, products.data(), squares.data());
        });
        for (Eigen::Index side = 0; side < width; ++side) {
            double* to = &sides(first + side, 0);
            for (Eigen::Index j = begin; j < end; ++j) to[j] = local[static_cast<std::size_t>(j * strip + side)];
        }
        std::copy_n(products.begin(), width, sums.products.data() + first);
        std::copy_n(squares.begin(), width, sums.squares.data() + first);
    }
}

}  // namespace hwnas
