#pragma once

#include <Eigen/Core>

namespace hwnas {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Solves L s = r for many right-hand sides r, which are the rows of `sides` (sides x unknowns), in
/// place. `factor`: L in its lower triangle, with at least `end` rows. Columns before `begin` are solved already;
/// those from `begin` to `end` become so. A side's figures do not depend on the others, nor on how often this was
/// called to get there.
void substitute_forward(const RowMajorMatrix& factor, Eigen::MatrixXd& sides, Eigen::Index begin, Eigen::Index end);

}  // namespace hwnas
