#pragma once

#include <cstddef>
#include <vector>

namespace hwnas {

/// Adam (Kingma and Ba, arXiv 1412.6980) with its customary beta1 = 0.9,
/// beta2 = 0.999 and epsilon = 1e-8: takes steps downhill.
class Adam {
public:
    Adam(std::size_t parameters, double learning_rate);
    void step(std::vector<double>& parameters, const std::vector<double>& slopes);

private:
    double learning_rate_;
    double decay_of_mean_ = 1;    ///< beta1 to the number of steps
    double decay_of_square_ = 1;  ///< beta2 to the number of steps
    std::vector<double> mean_;
    std::vector<double> square_;
};

}  // namespace hwnas
