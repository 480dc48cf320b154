#pragma once

#include <cstdint>
#include <string>

/// Loops that LibTorch 1.13 is slow at on a CPU, over plain channels-last (NHWC)
/// arrays; everything else is LibTorch's. One thread; AVX-512, or AVX2 with FMA.
namespace hwnas::train::kernels {

/// Whether this processor can run them; if not, callers use LibTorch's operators.
[[nodiscard]] bool available();
/// The widest vector units that this processor has and they use: `AVX-512`, `AVX2` or `none`.
[[nodiscard]] std::string vector_units();

/// What is computed behind a batch norm in the same pass.
enum class Then { nothing, relu, relu6, hard_swish };

/// An array of `rows` pixels by `channels`.
struct Pixels {
    std::int64_t rows = 0;
    std::int64_t channels = 0;
};

/// Adds each channel's sums of x - origin and of its square. Sums of 32 rows are taken in single, sums of those in
/// double precision; an origin near the mean keeps the variance from drowning in it.
void add_moments(Pixels size, const float* x, const float* origin, double* sums, double* squares);

/// y = then(scale * x + shift), scale and shift per channel.
void scale_shift(Pixels size, Then then, const float* x, const float* scale, const float* shift, float* y);

/// For the gradients of y = then(scale * x + shift) where scale and shift come from the moments of x over a whole
/// batch (batch norm: Ioffe and Szegedy 2015, section 3) of which this is a part. `masked` becomes the gradient in
/// front of `then`, d, whose argument is computed anew from x; added are each channel's sums of d and of d * (x -
/// mean).
struct NormGradients {
    const float* x;
    const float* output_gradient;
    const float* scale;
    const float* shift;
    const float* mean;
    float* masked;
    double* sums;
    double* products;
};
void add_norm_gradients(Pixels size, Then then, const NormGradients& arrays);

/// dx = scale * masked + (x * slope + offset), per channel.
void norm_input_gradient(Pixels size, const float* masked, const float* x, const float* scale, const float* slope,
                         const float* offset, float* input_gradient);

/// A depthwise convolution, one filter a channel, no dilation.
struct Depthwise {
    std::int64_t images, channels;
    std::int64_t height, width;  ///< of the input
    std::int64_t output_height, output_width;
    std::int64_t kernel_height, kernel_width;
    std::int64_t stride_height, stride_width;
    std::int64_t top, left;  ///< padding
};
/// Weights are {channels, kernel height, kernel width}. False, and nothing done, for shapes that there are
/// no loops for: kernels that are not 3, 5 or 7 wide and high, strides that are not 1 or 2.
bool depthwise_forward(const Depthwise& conv, const float* x, const float* weight, float* y);
/// Writes the input's gradient, adds to the weights'. One whose array is null is not computed; without the
/// weights' x may be null too.
bool depthwise_backward(const Depthwise& conv, const float* output_gradient, const float* x, const float* weight,
                        float* input_gradient, float* weight_gradient);

/// y[n, p, c] = x[n, p, c] * s[n, c] over `positions` p.
void channel_scale(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* x, const float* s,
                   float* y);
/// sums[n, c] = factor * (sum over p of a[n, p, c] * b[n, p, c]); without b, of a alone.
void position_sums(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* a, const float* b,
                   float factor, float* sums);

}  // namespace hwnas::train::kernels
