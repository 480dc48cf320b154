#include <algorithm>

#include "train/batch_norm.h"
#include "train/depthwise.h"
#include "train/kernels.h"
#include "train/layers.h"
#include "train/pointwise.h"

namespace hwnas::train {
namespace {

using Kind = op::Activation::Kind;

at::Tensor padded(const Layer& layer, const at::Tensor& x, double value) {
    if (!layer.padded_before) return x;
    const auto& [top, left, bottom, right] = *layer.padded_before;
    return at::constant_pad_nd(x, {left, right, top, bottom}, value).contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor activated(Kind kind, at::Tensor x, bool in_place) {
    switch (kind) {
        case Kind::relu:
            return in_place ? at::relu_(x) : at::relu(x);
        case Kind::relu6:
            return in_place ? at::hardtanh_(x, 0, 6) : at::hardtanh(x, 0, 6);
        case Kind::sigmoid:
            return in_place ? at::sigmoid_(x) : at::sigmoid(x);
        case Kind::hard_sigmoid:
            return in_place ? at::hardsigmoid_(x) : at::hardsigmoid(x);
        case Kind::hard_swish:
            return in_place ? at::hardswish_(x) : at::hardswish(x);
        case Kind::swish:
            break;
    }
    return in_place ? at::silu_(x) : at::silu(x);
}

at::Tensor multiplied(const at::Tensor& x, const at::Tensor& factors) {
    if (!kernels::available() || !x.device().is_cpu() || factors.sizes() == x.sizes() || x.dim() != 4)
        return at::mul(x, factors);
    const at::Tensor map = x.contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor scale = factors.contiguous();
    at::Tensor y = at::empty_like(map);
    kernels::channel_scale(x.size(0), x.size(2) * x.size(3), x.size(1), map.data_ptr<float>(), scale.data_ptr<float>(),
                           y.data_ptr<float>());
    return y;
}

struct Forward {
    Layer& layer;
    const std::vector<at::Tensor>& inputs;
    Mode mode;
    bool reusable;
    double momentum;
    const at::Tensor& into;

    [[nodiscard]] bool training() const { return mode == Mode::training; }
    void keep(const at::Tensor& x, const at::Tensor& y = {}) const {
        if (training()) layer.saved = {x, {}, y, {}, {}, {}};
    }

    at::Tensor operator()(const op::Input&) const { return inputs[0]; }

    at::Tensor operator()(const op::Conv& conv) const {
        const at::Tensor x = padded(layer, inputs[0], 0);
        keep(x);
        const op::Padding pads = layer.padded_before ? op::Padding{} : conv.pads;
        if (is_pointwise(conv, pads, x)) return pointwise_forward(x, layer.weights.weight, layer.weights.bias, into);
        if (const at::Tensor y = depthwise_forward(conv, pads, x, layer.weights.weight, into); y.defined()) return y;
        return at::conv2d(x, layer.weights.weight, layer.weights.bias, conv.stride, at::IntArrayRef(pads.data(), 2),
                          conv.dilation, conv.group);
    }
    at::Tensor operator()(const op::BatchNormalization& norm) const {
        return batch_norm_forward(layer, norm, inputs[0], mode, momentum);
    }
    at::Tensor operator()(const op::Activation& activation) const {
        const at::Tensor y = activated(activation.kind, inputs[0], reusable && !training());
        keep(inputs[0], y);
        return y;
    }
    at::Tensor operator()(const op::Pool& pool) const {
        const op::Padding all_pads = layer.padded_before ? op::Padding{} : pool.pads;
        const at::IntArrayRef pads(all_pads.data(), 2);
        if (pool.kind == op::Pool::Kind::max) {
            const at::Tensor x = padded(layer, inputs[0], -std::numeric_limits<double>::infinity());
            auto [y, indices] = at::max_pool2d_with_indices(x, pool.kernel, pool.stride, pads, {1, 1},
                                                            pool.ceil && !layer.padded_before);
            keep(x);
            if (training()) layer.saved.indices = indices;
            return y;
        }
        const at::Tensor x = padded(layer, inputs[0], 0);
        keep(x);
        if (!layer.padded_before) return at::avg_pool2d(x, pool.kernel, pool.stride, pads, false, pool.count_padding);
        return at::avg_pool2d(x, pool.kernel, pool.stride, pads, false, true, 1).mul_(layer.window_share);
    }
    at::Tensor operator()(const op::GlobalAveragePool&) const {
        const at::Tensor& x = inputs[0];
        keep(x);
        if (!kernels::available() || !x.device().is_cpu()) return x.mean({2, 3}, true);
        const at::Tensor map = x.contiguous(at::MemoryFormat::ChannelsLast);
        at::Tensor y = at::empty({x.size(0), x.size(1), 1, 1}, x.options());
        const std::int64_t positions = x.size(2) * x.size(3);
        kernels::position_sums(x.size(0), positions, x.size(1), map.data_ptr<float>(), nullptr,
                               1.0F / static_cast<float>(positions), y.data_ptr<float>());
        return y;
    }
    at::Tensor operator()(const op::Flatten&) const {
        keep(inputs[0]);
        // In the order of NCHW, whatever the order in memory.
        return inputs[0].contiguous().view({inputs[0].size(0), -1});
    }
    at::Tensor operator()(const op::Gemm&) const {
        keep(inputs[0]);
        return at::linear(inputs[0], layer.weights.weight, layer.weights.bias);
    }
    at::Tensor operator()(const op::Add&) const { return at::add(inputs[0], inputs[1]); }
    at::Tensor operator()(const op::Mul&) const {
        keep(inputs[0]);
        if (training()) layer.saved.second = inputs[1];
        return multiplied(inputs[0], inputs[1]);
    }
    at::Tensor operator()(const op::Concat&) const {
        return at::cat(inputs, 1).contiguous(at::MemoryFormat::ChannelsLast);
    }
    at::Tensor operator()(const op::Slice& slice) const {
        // A copy: who reads a slice may work in place, and others read the whole.
        return inputs[0].narrow(1, slice.begin, slice.end - slice.begin).clone(at::MemoryFormat::ChannelsLast);
    }
    at::Tensor operator()(const op::ChannelShuffle& shuffle) const {
        return shuffled_channels(inputs[0], shuffle.groups);
    }
    at::Tensor operator()(const op::Pad& pad) const {
        const auto& [top, left, bottom, right] = pad.pads;
        return at::constant_pad_nd(inputs[0], {left, right, top, bottom}, 0).contiguous(at::MemoryFormat::ChannelsLast);
    }
};

/// The padding that max pooling must add itself, so that rounding down gives `output`.
op::Padding rounded_up(const op::Pool& pool, const Shape& input, const Shape& output) {
    op::Padding pads = pool.pads;
    for (std::size_t axis = 0; axis < 2; ++axis)
        pads[axis + 2] = std::max(pads[axis + 2], (output[axis + 1] - 1) * pool.stride[axis] + pool.kernel[axis] -
                                                      input[axis + 1] - pads[axis]);
    return pads;
}

}  // namespace

at::Tensor shuffled_channels(const at::Tensor& x, std::int64_t groups) {
    const std::int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
    return x.permute({0, 2, 3, 1})
        .view({n, h, w, groups, c / groups})
        .transpose(3, 4)
        .clone(at::MemoryFormat::Contiguous)
        .view({n, h, w, c})
        .permute({0, 3, 1, 2});
}

void prepare(Layer& layer, const std::vector<Shape>& inputs, const Shape& output, const at::Device& device) {
    const Shape& input = inputs.front();
    if (std::holds_alternative<op::Concat>(layer.op) || std::holds_alternative<op::Slice>(layer.op))
        for (const auto& part : inputs) layer.parts.push_back(part[0]);
    op::Padding pads{};
    bool before = false;
    if (const auto* conv = std::get_if<op::Conv>(&layer.op)) {
        pads = conv->pads;
        before = pads[0] != pads[2] || pads[1] != pads[3];
    } else if (const auto* pool = std::get_if<op::Pool>(&layer.op)) {
        pads = pool->pads;
        before =
            pads[0] != pads[2] || pads[1] != pads[3] || 2 * pads[0] > pool->kernel[0] || 2 * pads[1] > pool->kernel[1];
    }
    if (!before) return;
    layer.padded_before = pads;
    const auto* pool = std::get_if<op::Pool>(&layer.op);
    if (pool != nullptr && pool->ceil) layer.padded_before = rounded_up(*pool, input, output);
    if (pool == nullptr || pool->kind != op::Pool::Kind::average) return;
    layer.window_share = at::empty({1, 1, output[1], output[2]}, at::kFloat);
    auto share = layer.window_share.accessor<float, 4>();
    const auto inside = [&](std::int64_t axis, std::int64_t position) {
        const auto i = static_cast<std::size_t>(axis);
        if (pool->count_padding) return pool->kernel[i];
        const std::int64_t first = position * pool->stride[i] - pads[i];
        return std::min(input[i + 1], first + pool->kernel[i]) - std::max<std::int64_t>(0, first);
    };
    for (std::int64_t y = 0; y < output[1]; ++y)
        for (std::int64_t x = 0; x < output[2]; ++x)
            share[0][0][y][x] = 1.0F / static_cast<float>(inside(0, y) * inside(1, x));
    layer.window_share = layer.window_share.to(device);
}

void remember_input(Layer& convolution, const at::Tensor& input) {
    convolution.saved = {padded(convolution, input, 0), {}, {}, {}, {}, {}};
}

at::Tensor forward(Layer& layer, const std::vector<at::Tensor>& inputs, Mode mode, bool reusable, double momentum,
                   const at::Tensor& into) {
    return std::visit(Forward{layer, inputs, mode, reusable, momentum, into}, layer.op);
}

}  // namespace hwnas::train
