#pragma once

#include <Eigen/Core>

namespace hwnas {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace hwnas
