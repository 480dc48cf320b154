#pragma once

#include <Eigen/Core>
#include <vector>

#include "space/compiled_space.h"

namespace hwnas {

/// What of a segment its latency may follow from, one row a segment: logarithms of arithmetic by kind
/// (1x1, larger kernels, grouped), weights, tensors and extents, how well channels fill vectors, and counts of
/// operators.
[[nodiscard]] Eigen::MatrixXd segment_features(const std::vector<const Segment*>& segments);

}  // namespace hwnas
