#include "train/batch_norm.h"

#include <cmath>

#include "train/kernels.h"

namespace hwnas::train {
namespace {

using Kind = op::Activation::Kind;

kernels::Then then(const Layer& layer) {
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

bool by_kernels(const at::Tensor& x) { return kernels::available() && x.device().is_cpu(); }

kernels::Pixels pixels(const at::Tensor& x) { return {x.numel() / x.size(1), x.size(1)}; }

at::Tensor activated(const Layer& layer, at::Tensor y) {
    switch (then(layer)) {
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
    if (then(layer) == kernels::Then::nothing) return gradient;
    const LayerWeights& weights = layer.weights;
    const Layer::Saved& saved = layer.saved;
    const at::Tensor scale = weights.weight * saved.inverse_deviation;
    const at::Tensor shift = weights.bias - saved.mean * scale;
    const at::Tensor v = saved.x * scale.view({1, -1, 1, 1}) + shift.view({1, -1, 1, 1});
    switch (then(layer)) {
        case kernels::Then::relu:
            return at::threshold_backward(gradient, v, 0);
        case kernels::Then::relu6:
            return at::hardtanh_backward(gradient, v, 0, 6);
        default:
            return at::hardswish_backward(gradient, v);
    }
}

void move_running(float* running, const float* newest, std::int64_t count, double momentum, double correction) {
    const auto share = static_cast<float>(momentum);
    const auto factor = static_cast<float>(momentum * correction);
    for (std::int64_t c = 0; c < count; ++c) running[c] = (1 - share) * running[c] + factor * newest[c];
}

}  // namespace

bool fits_behind_batch_norm(Kind kind) { return kind == Kind::relu || kind == Kind::relu6 || kind == Kind::hard_swish; }

at::Tensor batch_norm_forward(Layer& layer, const op::BatchNormalization& norm, const at::Tensor& x, Mode mode,
                              double momentum) {
    const LayerWeights& weights = layer.weights;
    const bool training = mode == Mode::training;
    if (!by_kernels(x)) {
        auto [y, mean, inverse] = at::native_batch_norm(x, weights.weight, weights.bias, weights.running_mean,
                                                        weights.running_var, training, momentum, norm.epsilon);
        if (training) layer.saved = {x, {}, {}, mean, inverse, {}};
        return activated(layer, y);
    }
    const at::Tensor map = x.contiguous(at::MemoryFormat::ChannelsLast);
    const kernels::Pixels size = pixels(map);
    const auto options = x.options();
    const at::Tensor scale = at::empty({size.channels}, options), shift = at::empty({size.channels}, options);
    const float* mean = weights.running_mean.data_ptr<float>();
    const float* variance = weights.running_var.data_ptr<float>();
    at::Tensor batch_mean, inverse;
    if (training) {
        batch_mean = at::empty({size.channels}, options);
        inverse = at::empty({size.channels}, options);
        // Of the batch first, then its root's inverse in the same place.
        kernels::channel_moments(size, map.data_ptr<float>(), batch_mean.data_ptr<float>(), inverse.data_ptr<float>());
        mean = batch_mean.data_ptr<float>();
        variance = inverse.data_ptr<float>();
        const auto rows = static_cast<double>(size.rows);
        move_running(weights.running_mean.data_ptr<float>(), mean, size.channels, momentum, 1);
        move_running(weights.running_var.data_ptr<float>(), variance, size.channels, momentum,
                     size.rows > 1 ? rows / (rows - 1) : 1);
    }
    const float* gain = weights.weight.data_ptr<float>();
    const float* bias = weights.bias.data_ptr<float>();
    float* scales = scale.data_ptr<float>();
    float* shifts = shift.data_ptr<float>();
    float* inverses = training ? inverse.data_ptr<float>() : nullptr;
    for (std::int64_t c = 0; c < size.channels; ++c) {
        const float inverse_deviation = 1.0F / std::sqrt(variance[c] + static_cast<float>(norm.epsilon));
        scales[c] = gain[c] * inverse_deviation;
        shifts[c] = bias[c] - mean[c] * scales[c];
        if (training) inverses[c] = inverse_deviation;
    }
    at::Tensor y = at::empty_like(map);
    kernels::scale_shift(size, then(layer), map.data_ptr<float>(), scales, shifts, y.data_ptr<float>());
    if (training) layer.saved = {map, {}, {}, batch_mean, inverse, {}};
    return y;
}

at::Tensor batch_norm_backward(Layer& layer, const op::BatchNormalization& norm, const at::Tensor& output_gradient) {
    const LayerWeights& weights = layer.weights;
    const Layer::Saved& saved = layer.saved;
    if (!by_kernels(saved.x)) {
        auto [dx, dw, db] = at::native_batch_norm_backward(
            before_activation(layer, output_gradient), saved.x, weights.weight, weights.running_mean,
            weights.running_var, saved.mean, saved.inverse_deviation, true, norm.epsilon, {true, true, true});
        weights.weight_gradient.copy_(dw);
        weights.bias_gradient.copy_(db);
        return dx;
    }
    const at::Tensor gradient = output_gradient.contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor dx = at::empty_like(saved.x);
    kernels::batch_norm_backward(
        pixels(saved.x), then(layer),
        {saved.x.data_ptr<float>(), gradient.data_ptr<float>(), weights.weight.data_ptr<float>(),
         weights.bias.data_ptr<float>(), saved.mean.data_ptr<float>(), saved.inverse_deviation.data_ptr<float>(),
         dx.data_ptr<float>(), weights.weight_gradient.data_ptr<float>(), weights.bias_gradient.data_ptr<float>()});
    return dx;
}

}  // namespace hwnas::train
