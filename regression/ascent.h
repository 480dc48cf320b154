#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>

namespace hwnas {

/// Where an ascent ended.
struct Ascent {
    Eigen::VectorXd place;
    double value = 0;
};

/// Climbs a smooth function from a place by BFGS with a backtracking line search (Nocedal and
/// Wright, "Numerical Optimization", 2006, algorithm 6.1); steps are at most 2 long. The
/// function gives its value and writes its gradient; where it is minus infinity it isn't defined.
[[nodiscard]] Ascent ascend(Eigen::VectorXd place,
                            const std::function<double(const Eigen::VectorXd&, Eigen::VectorXd&)>& function,
                            std::size_t steps);

}  // namespace hwnas
