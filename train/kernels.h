#pragma once

#include <cstdint>

/// Loops that LibTorch 1.13 is slow at on a CPU, over plain channels-last (NHWC)
/// arrays; everything else is LibTorch's. One thread, AVX2 and FMA.
namespace hwnas::train::kernels {

/// Whether this processor can run them; if not, callers use LibTorch's operators.
[[nodiscard]] bool available();

/// What is computed behind a batch norm in the same pass.
enum class Then { nothing, relu, relu6, hard_swish };

/// An array of `rows` pixels by `channels`.
struct Pixels {
    std::int64_t rows = 0;
    std::int64_t channels = 0;
};

/// Mean and biased variance of each channel. Sums of 32 rows are taken in
/// single, sums of those in double precision.
void channel_moments(Pixels size, const float* x, float* mean, float* variance);

/// y = then(scale * x + shift), scale and shift per channel.
void scale_shift(Pixels size, Then then, const float* x, const float* scale, const float* shift, float* y);

/// Gradients of y = then(weight * (x - mean) * inverse_deviation + bias) where mean
/// and deviation are the batch's own (Ioffe and Szegedy 2015, section 3). The
/// activation's mask is computed anew from x, so y need not be read.
struct BatchNormBackward {
    const float* x;
    const float* output_gradient;
    const float* weight;
    const float* bias;
    const float* mean;
    const float* inverse_deviation;
    float* input_gradient;
    float* weight_gradient;
    float* bias_gradient;
};
void batch_norm_backward(Pixels size, Then then, const BatchNormBackward& arrays);

/// A depthwise convolution, one filter a channel, no dilation.
struct Depthwise {
    std::int64_t images, channels;
    std::int64_t height, width;  ///< of the input
    std::int64_t output_height, output_width;
    std::int64_t kernel_height, kernel_width;
    std::int64_t stride_height, stride_width;
    std::int64_t top, left;  ///< padding
};
/// The gradient is {channels, kernel height, kernel width}. False, and nothing done,
/// for kernels that are not 5 or 7 wide: LibTorch is quick at the others.
bool depthwise_weight_gradient(const Depthwise& conv, const float* output_gradient, const float* x,
                               float* weight_gradient);

/// y[n, p, c] = x[n, p, c] * s[n, c] over `positions` p.
void channel_scale(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* x, const float* s,
                   float* y);
/// sums[n, c] = factor * (sum over p of a[n, p, c] * b[n, p, c]); without b, of a alone.
void position_sums(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* a, const float* b,
                   float factor, float* sums);

}  // namespace hwnas::train::kernels
