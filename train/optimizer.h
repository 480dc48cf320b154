#pragma once

#include <cstdint>

#include "predictors/recipe.h"
#include "train/libtorch.h"

namespace hwnas::train {

/// Moves a network's one array of parameters by its one array of gradients.
/// sgd: with Nesterov's momentum (as PyTorch has it: Sutskever et al. 2013, without
/// damping); adam: Kingma and Ba 2015, beta2 0.999, weight decay apart from the
/// gradient (Loshchilov and Hutter 2019); rmsprop: smoothing 0.9, epsilon 1e-3,
/// with momentum, as MnasNet was trained.
class Optimizer {
public:
    /// The first `decayed` parameters are shrunk by weight decay.
    Optimizer(const Recipe& recipe, at::Tensor parameters, at::Tensor gradients, std::int64_t decayed);
    void step(double learning_rate);

private:
    OptimizerKind kind_;
    double momentum_;
    double weight_decay_;
    at::Tensor parameters_, gradients_, first_, second_;
    std::int64_t decayed_;
    std::int64_t steps_ = 0;
};

}  // namespace hwnas::train
