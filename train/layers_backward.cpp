#include "train/batch_norm.h"
#include "train/depthwise.h"
#include "train/kernels.h"
#include "train/layers.h"
#include "train/pointwise.h"

namespace hwnas::train {
namespace {

using Kind = op::Activation::Kind;

at::Tensor channels_last(const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

/// The gradient of a padded map's inside.
at::Tensor inside_of(const op::Padding& pads, const at::Tensor& gradient) {
    const auto& [top, left, bottom, right] = pads;
    return channels_last(
        gradient.narrow(2, top, gradient.size(2) - top - bottom).narrow(3, left, gradient.size(3) - left - right));
}

/// Takes the gradient of what `padded` added off again.
at::Tensor without_padding(const Layer& layer, const at::Tensor& gradient) {
    if (!layer.padded_before || !gradient.defined()) return gradient;
    return inside_of(*layer.padded_before, gradient);
}

struct Backward {
    Layer& layer;
    const at::Tensor& dy;
    bool wanted;

    using Gradients = std::vector<at::Tensor>;
    [[nodiscard]] const Layer::Saved& saved() const { return layer.saved; }

    Gradients operator()(const op::Input&) const { return {}; }

    Gradients operator()(const op::Conv& conv) const {
        const LayerWeights& weights = layer.weights;
        const op::Padding pads = layer.padded_before ? op::Padding{} : conv.pads;
        const at::Tensor gradient = channels_last(dy);
        if (is_pointwise(conv, pads, saved().x))
            return {pointwise_backward(gradient, saved().x, weights.weight, weights.weight_gradient,
                                       weights.bias_gradient, wanted)};
        at::Tensor own;
        if (depthwise_backward(conv, pads, gradient, saved().x, weights.weight, weights.weight_gradient, wanted, own))
            return {without_padding(layer, own)};
        const at::OptionalIntArrayRef bias_sizes =
            conv.bias ? at::OptionalIntArrayRef(weights.bias.sizes()) : at::OptionalIntArrayRef();
        auto [dx, dw, db] = at::convolution_backward(gradient, saved().x, weights.weight, bias_sizes, conv.stride,
                                                     at::IntArrayRef(pads.data(), 2), conv.dilation, false, {0, 0},
                                                     conv.group, {wanted, true, conv.bias});
        weights.weight_gradient.add_(dw);
        if (conv.bias) weights.bias_gradient.add_(db);
        return {without_padding(layer, dx)};
    }

    Gradients operator()(const op::BatchNormalization& norm) const { return {batch_norm_backward(layer, norm, dy)}; }
    Gradients operator()(const op::Activation& activation) const {
        switch (activation.kind) {
            case Kind::relu:
                return {at::threshold_backward(dy, saved().y, 0)};
            case Kind::relu6:
                return {at::hardtanh_backward(dy, saved().x, 0, 6)};
            case Kind::sigmoid:
                return {at::sigmoid_backward(dy, saved().y)};
            case Kind::hard_sigmoid:
                return {at::hardsigmoid_backward(dy, saved().x)};
            case Kind::hard_swish:
                return {at::hardswish_backward(dy, saved().x)};
            case Kind::swish:
                break;
        }
        return {at::silu_backward(dy, saved().x)};
    }
    Gradients operator()(const op::Pool& pool) const {
        const op::Padding all_pads = layer.padded_before ? op::Padding{} : pool.pads;
        const at::IntArrayRef pads(all_pads.data(), 2);
        const at::Tensor gradient = channels_last(dy);
        if (pool.kind == op::Pool::Kind::max)
            return {without_padding(
                layer, at::max_pool2d_with_indices_backward(gradient, saved().x, pool.kernel, pool.stride, pads, {1, 1},
                                                            pool.ceil && !layer.padded_before, saved().indices))};
        if (!layer.padded_before)
            return {at::avg_pool2d_backward(gradient, saved().x, pool.kernel, pool.stride, pads, false,
                                            pool.count_padding, c10::nullopt)};
        return {without_padding(layer, at::avg_pool2d_backward(gradient * layer.window_share, saved().x, pool.kernel,
                                                               pool.stride, pads, false, true, 1))};
    }
    Gradients operator()(const op::GlobalAveragePool&) const {
        const at::Tensor& x = saved().x;
        const double positions = static_cast<double>(x.size(2) * x.size(3));
        return {channels_last((dy / positions).expand(x.sizes()))};
    }
    Gradients operator()(const op::Flatten&) const {
        return {saved().x.dim() == 4 ? channels_last(dy.reshape(saved().x.sizes())) : dy};
    }
    Gradients operator()(const op::Gemm& gemm) const {
        layer.weights.weight_gradient.addmm_(dy.t(), saved().x);
        if (gemm.bias) layer.weights.bias_gradient.add_(dy.sum(0));
        return {wanted ? at::mm(dy, layer.weights.weight) : at::Tensor()};
    }
    Gradients operator()(const op::Add&) const { return {dy, dy}; }
    Gradients operator()(const op::Mul&) const {
        const at::Tensor &x = saved().x, &factors = saved().second;
        if (factors.sizes() == x.sizes()) return {dy * factors, dy * x};
        if (!kernels::available() || !x.device().is_cpu()) return {dy * factors, (dy * x).sum({2, 3}, true)};
        const at::Tensor map = channels_last(x), gradient = channels_last(dy), scale = factors.contiguous();
        at::Tensor dx = at::empty_like(map), sums = at::empty({x.size(0), x.size(1), 1, 1}, x.options());
        const std::int64_t positions = x.size(2) * x.size(3);
        kernels::channel_scale(x.size(0), positions, x.size(1), gradient.data_ptr<float>(), scale.data_ptr<float>(),
                               dx.data_ptr<float>());
        kernels::position_sums(x.size(0), positions, x.size(1), gradient.data_ptr<float>(), map.data_ptr<float>(), 1,
                               sums.data_ptr<float>());
        return {dx, sums};
    }
    Gradients operator()(const op::Concat&) const {
        Gradients gradients;
        std::int64_t first = 0;
        for (const std::int64_t channels : layer.parts) {
            gradients.push_back(channels_last(dy.narrow(1, first, channels)));
            first += channels;
        }
        return gradients;
    }
    Gradients operator()(const op::Slice& slice) const {
        at::Tensor dx = at::zeros({dy.size(0), layer.parts[0], dy.size(2), dy.size(3)},
                                  dy.options().memory_format(at::MemoryFormat::ChannelsLast));
        dx.narrow(1, slice.begin, slice.end - slice.begin).copy_(dy);
        return {dx};
    }
    Gradients operator()(const op::ChannelShuffle& shuffle) const {
        return {shuffled_channels(dy, dy.size(1) / shuffle.groups)};
    }
    Gradients operator()(const op::Pad& pad) const { return {inside_of(pad.pads, dy)}; }
};

}  // namespace

std::vector<at::Tensor> backward(Layer& layer, const at::Tensor& output_gradient, bool wanted) {
    auto gradients = std::visit(Backward{layer, output_gradient, wanted}, layer.op);
    layer.saved = {};
    return gradients;
}

}  // namespace hwnas::train
