#include "train/pointwise.h"

namespace hwnas::train {
namespace {

/// {pixels, channels} of a map with channels last.
at::Tensor rows_of(const at::Tensor& map) {
    return map.contiguous(at::MemoryFormat::ChannelsLast).permute({0, 2, 3, 1}).reshape({-1, map.size(1)});
}

at::Tensor empty_map(const at::Tensor& like, std::int64_t channels) {
    return at::empty({like.size(0), channels, like.size(2), like.size(3)}, like.options(),
                     at::MemoryFormat::ChannelsLast);
}

at::Tensor matrix_of(const at::Tensor& weight) { return weight.view({weight.size(0), weight.size(1)}); }

}  // namespace

bool is_pointwise(const op::Conv& conv, const op::Padding& pads, const at::Tensor& x) {
    return x.device().is_cpu() && conv.kernel == op::Extent{1, 1} && conv.stride == op::Extent{1, 1} &&
           conv.group == 1 && pads == op::Padding{};
}

at::Tensor pointwise_forward(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, at::Tensor y) {
    if (!y.defined()) y = empty_map(x, weight.size(0));
    at::Tensor rows = y.permute({0, 2, 3, 1}).view({-1, weight.size(0)});
    if (bias.defined())
        at::addmm_out(rows, bias, rows_of(x), matrix_of(weight).t());
    else
        at::mm_out(rows, rows_of(x), matrix_of(weight).t());
    return y;
}

at::Tensor pointwise_backward(const at::Tensor& output_gradient, const at::Tensor& x, const at::Tensor& weight,
                              const at::Tensor& weight_gradient, const at::Tensor& bias_gradient, bool wanted) {
    const at::Tensor gradient = rows_of(output_gradient);
    matrix_of(weight_gradient).addmm_(gradient.t(), rows_of(x));
    if (bias_gradient.defined()) bias_gradient.add_(gradient.sum(0));
    if (!wanted) return {};
    at::Tensor dx = empty_map(x, x.size(1));
    at::Tensor rows = dx.permute({0, 2, 3, 1}).view({-1, x.size(1)});
    at::mm_out(rows, gradient, matrix_of(weight));
    return dx;
}

}  // namespace hwnas::train
