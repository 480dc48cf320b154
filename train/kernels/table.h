#pragma once

#include "train/kernels.h"

namespace hwnas::train::kernels {

/// The loops of kernels.h, compiled for one kind of vector units.
struct Table {
    decltype(&kernels::add_moments) add_moments;
    decltype(&kernels::scale_shift) scale_shift;
    decltype(&kernels::add_norm_gradients) add_norm_gradients;
    decltype(&kernels::norm_input_gradient) norm_input_gradient;
    decltype(&kernels::depthwise_forward) depthwise_forward;
    decltype(&kernels::depthwise_backward) depthwise_backward;
    decltype(&kernels::channel_scale) channel_scale;
    decltype(&kernels::position_sums) position_sums;
};

#if defined(__x86_64__) && defined(__GNUC__)
[[nodiscard]] const Table& avx2_table();
[[nodiscard]] const Table& avx512_table();
#endif

}  // namespace hwnas::train::kernels
