#pragma once

#include <Eigen/Core>

#include "regression/row_major.h"

namespace hwnas {

/// What is summed up of each side's solution s as it is found.
struct SolutionSums {
    Eigen::VectorXd products;  ///< sum of weight_j s_j
    Eigen::VectorXd squares;   ///< sum of s_j^2
};

/// Solves L s = r for many right-hand sides r, which are the rows of `sides` (sides x unknowns), in
/// place. `factor`: L in its lower triangle, with at least `end` rows. Columns before `begin` are solved already;
/// those from `begin` to `end` become so, and are added to the sums, `weights` having one an unknown. A side's figures
/// do not depend on the others, nor on how often this was called to get there.
void substitute_forward(const RowMajorMatrix& factor, RowMajorMatrix& sides, Eigen::Index begin, Eigen::Index end,
                        const Eigen::VectorXd& weights, SolutionSums& sums);

}  // namespace hwnas
