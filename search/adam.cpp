#include "search/adam.h"

#include <cmath>

namespace hwnas {
namespace {

constexpr double beta1 = 0.9;
constexpr double beta2 = 0.999;
constexpr double epsilon = 1e-8;

}  // namespace

Adam::Adam(std::size_t parameters, double learning_rate)
    : learning_rate_(learning_rate), mean_(parameters, 0.0), square_(parameters, 0.0) {}

void Adam::step(std::vector<double>& parameters, const std::vector<double>& slopes) {
    decay_of_mean_ *= beta1;
    decay_of_square_ *= beta2;
    const double mean_scale = learning_rate_ / (1 - decay_of_mean_);
    const double square_scale = 1 / (1 - decay_of_square_);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        mean_[i] = beta1 * mean_[i] + (1 - beta1) * slopes[i];
        square_[i] = beta2 * square_[i] + (1 - beta2) * slopes[i] * slopes[i];
        parameters[i] -= mean_scale * mean_[i] / (std::sqrt(square_[i] * square_scale) + epsilon);
    }
}

}  // namespace hwnas
