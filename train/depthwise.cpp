#include "train/depthwise.h"

#include "train/kernels.h"

namespace hwnas::train {
namespace {

constexpr auto layout = at::MemoryFormat::ChannelsLast;

bool suits(const op::Conv& conv, const at::Tensor& x) {
    return kernels::available() && x.device().is_cpu() && conv.group == x.size(1) && conv.filters == conv.group &&
           conv.group > 1 && conv.dilation == op::Extent{1, 1} && !conv.bias;
}

kernels::Depthwise shape_of(const op::Conv& conv, const op::Padding& pads, const at::Tensor& x) {
    const auto outputs = [&](std::size_t axis) {
        const std::int64_t padded = x.size(static_cast<std::int64_t>(axis) + 2) + pads[axis] + pads[axis + 2];
        return (padded - conv.kernel[axis]) / conv.stride[axis] + 1;
    };
    return {x.size(0),      x.size(1),      x.size(2),      x.size(3),      outputs(0), outputs(1),
            conv.kernel[0], conv.kernel[1], conv.stride[0], conv.stride[1], pads[0],    pads[1]};
}

}  // namespace

at::Tensor depthwise_forward(const op::Conv& conv, const op::Padding& pads, const at::Tensor& x,
                             const at::Tensor& weight, at::Tensor y) {
    if (!suits(conv, x)) return {};
    const auto shape = shape_of(conv, pads, x);
    const at::Tensor map = x.contiguous(layout);
    if (!y.defined())
        y = at::empty({shape.images, shape.channels, shape.output_height, shape.output_width}, x.options(), layout);
    if (!kernels::depthwise_forward(shape, map.data_ptr<float>(), weight.data_ptr<float>(), y.data_ptr<float>()))
        return {};
    return y;
}

bool depthwise_backward(const op::Conv& conv, const op::Padding& pads, const at::Tensor& output_gradient,
                        const at::Tensor& x, const at::Tensor& weight, at::Tensor weight_gradient, bool wanted,
                        at::Tensor& input_gradient) {
    if (!suits(conv, x)) return false;
    const at::Tensor map = x.contiguous(layout), gradient = output_gradient.contiguous(layout);
    at::Tensor dx = wanted ? at::empty_like(map) : at::Tensor();
    if (!kernels::depthwise_backward(shape_of(conv, pads, x), gradient.data_ptr<float>(), map.data_ptr<float>(),
                                     weight.data_ptr<float>(), wanted ? dx.data_ptr<float>() : nullptr,
                                     weight_gradient.data_ptr<float>()))
        return false;
    input_gradient = dx;
    return true;
}

}  // namespace hwnas::train
