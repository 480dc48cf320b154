#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hwnas {

/// Points of a space of categories, each with some real features.
struct CategoricalPoints {
    Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic> codes;  ///< points x choices
    Eigen::MatrixXd features;  ///< points x features, of mean 0 and deviation 1

    [[nodiscard]] Eigen::Index count() const { return codes.rows(); }
};

/// How far the values of a choice are apart, values x values, the farthest two by 1. Of numbers: the difference, of
/// their logs where all are above 0 (widths and numbers of layers act by their ratios); no two may be equal.
[[nodiscard]] Eigen::MatrixXd number_distance(std::span<const double> values);
/// Of names: 1 for any two.
[[nodiscard]] Eigen::MatrixXd name_distance(std::size_t values);

/// The choices that points are made of.
struct CategoricalChoices {
    std::vector<Eigen::MatrixXd> distances;  ///< one a choice: symmetric, 0 on the diagonal
    std::vector<std::size_t> kinds;          ///< each choice's, any numbers: the kernels of all stages are of one kind

    [[nodiscard]] Eigen::Index count() const { return static_cast<Eigen::Index>(distances.size()); }
};

}  // namespace hwnas
