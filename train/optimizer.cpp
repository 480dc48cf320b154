#include "train/optimizer.h"

#include <cmath>

namespace hwnas::train {

Optimizer::Optimizer(const Recipe& recipe, at::Tensor parameters, at::Tensor gradients, std::int64_t decayed)
    : kind_(recipe.optimizer),
      momentum_(recipe.momentum),
      weight_decay_(recipe.weight_decay),
      parameters_(std::move(parameters)),
      gradients_(std::move(gradients)),
      first_(at::zeros_like(parameters_)),
      decayed_(decayed) {
    if (kind_ != OptimizerKind::sgd) second_ = at::zeros_like(parameters_);
}

void Optimizer::step(double learning_rate) {
    ++steps_;
    at::Tensor shrinking = parameters_.narrow(0, 0, decayed_);
    if (kind_ == OptimizerKind::adam) {
        constexpr double beta2 = 0.999, epsilon = 1e-8;
        shrinking.mul_(1 - learning_rate * weight_decay_);
        first_.mul_(momentum_).add_(gradients_, 1 - momentum_);
        second_.mul_(beta2).addcmul_(gradients_, gradients_, 1 - beta2);
        const double n = static_cast<double>(steps_);
        const double rate = learning_rate / (1 - std::pow(momentum_, n));
        const at::Tensor root = second_.sqrt().div_(std::sqrt(1 - std::pow(beta2, n))).add_(epsilon);
        parameters_.addcdiv_(first_, root, -rate);
        return;
    }
    if (weight_decay_ > 0) gradients_.narrow(0, 0, decayed_).add_(shrinking, weight_decay_);
    if (kind_ == OptimizerKind::rmsprop) {
        constexpr double smoothing = 0.9, epsilon = 1e-3;
        second_.mul_(smoothing).addcmul_(gradients_, gradients_, 1 - smoothing);
        first_.mul_(momentum_).addcdiv_(gradients_, second_.add(epsilon).sqrt_());
        parameters_.add_(first_, -learning_rate);
        return;
    }
    first_.mul_(momentum_).add_(gradients_);
    parameters_.add_(gradients_, -learning_rate).add_(first_, -learning_rate * momentum_);
}

}  // namespace hwnas::train
