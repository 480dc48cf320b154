#include "train/autograd.h"

// The only file that needs more of LibTorch than tensors and operators.
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/forward_grad.h>

namespace hwnas::train {

namespace {

/// Of forward differentiation; tangents live as long.
struct Level {
    Level() : index(static_cast<std::int64_t>(torch::autograd::ForwardADLevel::get_next_idx())) {}
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { torch::autograd::ForwardADLevel::release_idx(static_cast<std::uint64_t>(index)); }
    std::int64_t index;
};

}  // namespace

std::vector<at::Tensor> gradients(const std::vector<at::Tensor>& outputs, const std::vector<at::Tensor>& inputs,
                                  const std::vector<at::Tensor>& output_gradients, bool differentiable) {
    auto found = torch::autograd::grad(outputs, inputs, output_gradients, true, differentiable, true);
    for (std::size_t i = 0; i < found.size(); ++i)
        if (!found[i].defined()) found[i] = at::zeros_like(inputs[i]);
    return found;
}

at::Tensor directional_derivative(const std::vector<at::Tensor>& points, const std::vector<at::Tensor>& directions,
                                  const std::function<at::Tensor(const std::vector<at::Tensor>&)>& value_of) {
    const Level level;
    std::vector<at::Tensor> moving;
    for (std::size_t i = 0; i < points.size(); ++i)
        moving.push_back(at::_make_dual(points[i], directions[i], level.index));
    return std::get<1>(at::_unpack_dual(value_of(moving), level.index));
}

}  // namespace hwnas::train
