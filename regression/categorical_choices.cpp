#include "regression/categorical_choices.h"

#include <algorithm>
#include <cmath>

namespace hwnas {

using Eigen::Index;
using Eigen::MatrixXd;

MatrixXd number_distance(std::span<const double> values) {
    const auto count = static_cast<Index>(values.size());
    Eigen::ArrayXd places = Eigen::Map<const Eigen::ArrayXd>(values.data(), count);
    if ((places > 0).all()) places = places.log();
    MatrixXd distance = MatrixXd::Zero(count, count);
    if (count < 2) return distance;
    const double range = std::max(places.maxCoeff() - places.minCoeff(), 1e-300);
    for (Index i = 0; i < count; ++i)
        for (Index j = 0; j < count; ++j) distance(i, j) = std::abs(places[i] - places[j]) / range;
    return distance;
}

MatrixXd name_distance(std::size_t values) {
    const auto count = static_cast<Index>(values);
    return MatrixXd::Ones(count, count) - MatrixXd::Identity(count, count);
}

}  // namespace hwnas
