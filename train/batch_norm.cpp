#include "train/batch_norm.h"

namespace hwnas::train {
namespace {

using Kind = op::Activation::Kind;

at::Tensor activated(const Layer& layer, at::Tensor y) {
    switch (behind_batch_norm(layer)) {
        case kernels::Then::relu:
            return at::relu_(y);
        case kernels::Then::relu6:
            return at::hardtanh_(y, 0, 6);
        case kernels::Then::hard_swish:
            return at::hardswish_(y);
        case kernels::Then::nothing:
            break;
    }
    return y;
}

/// The gradient in front of the activation, whose input is computed anew.
at::Tensor before_activation(const Layer& layer, const at::Tensor& gradient) {
    if (behind_batch_norm(layer) == kernels::Then::nothing) return gradient;
    const LayerWeights& weights = layer.weights;
    const Layer::Saved& saved = layer.saved;
    const at::Tensor scale = weights.weight * saved.inverse_deviation;
    const at::Tensor shift = weights.bias - saved.mean * scale;
    const at::Tensor v = saved.x * scale.view({1, -1, 1, 1}) + shift.view({1, -1, 1, 1});
    switch (behind_batch_norm(layer)) {
        case kernels::Then::relu:
            return at::threshold_backward(gradient, v, 0);
        case kernels::Then::relu6:
            return at::hardtanh_backward(gradient, v, 0, 6);
        default:
            return at::hardswish_backward(gradient, v);
    }
}

}  // namespace

bool fits_behind_batch_norm(Kind kind) { return kind == Kind::relu || kind == Kind::relu6 || kind == Kind::hard_swish; }

kernels::Then behind_batch_norm(const Layer& layer) {
    if (!layer.activation) return kernels::Then::nothing;
    switch (*layer.activation) {
        case Kind::relu:
            return kernels::Then::relu;
        case Kind::relu6:
            return kernels::Then::relu6;
        case Kind::hard_swish:
            return kernels::Then::hard_swish;
        default:
            return kernels::Then::nothing;
    }
}

at::Tensor batch_norm_forward(Layer& layer, const op::BatchNormalization& norm, const at::Tensor& x, Mode mode,
                              double momentum) {
    const LayerWeights& weights = layer.weights;
    const bool training = mode == Mode::training;
    if (training || !kernels::available() || !x.device().is_cpu()) {
        auto [y, mean, inverse] = at::native_batch_norm(x, weights.weight, weights.bias, weights.running_mean,
                                                        weights.running_var, training, momentum, norm.epsilon);
        if (training) layer.saved = {x, {}, {}, mean, inverse, {}};
        return activated(layer, y);
    }
    const at::Tensor map = x.contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor scale = weights.weight * (weights.running_var + norm.epsilon).rsqrt_();
    const at::Tensor shift = weights.bias - weights.running_mean * scale;
    at::Tensor y = at::empty_like(map);
    kernels::scale_shift({x.numel() / x.size(1), x.size(1)}, behind_batch_norm(layer), map.data_ptr<float>(),
                         scale.data_ptr<float>(), shift.data_ptr<float>(), y.data_ptr<float>());
    return y;
}

at::Tensor batch_norm_backward(Layer& layer, const op::BatchNormalization& norm, const at::Tensor& output_gradient) {
    const LayerWeights& weights = layer.weights;
    const Layer::Saved& saved = layer.saved;
    auto [dx, dw, db] = at::native_batch_norm_backward(
        before_activation(layer, output_gradient), saved.x, weights.weight, weights.running_mean, weights.running_var,
        saved.mean, saved.inverse_deviation, true, norm.epsilon, {true, true, true});
    weights.weight_gradient.add_(dw);
    weights.bias_gradient.add_(db);
    return dx;
}

}  // namespace hwnas::train
