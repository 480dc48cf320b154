#pragma once

#include <array>
#include <optional>
#include <vector>

#include "train/kernels/activations.h"

namespace hwnas::train::kernels {
namespace {

/// Room for one image's map of a block of channels, with a border of zeros: what stands around a pixel is
/// then read without asking where the map ends, and from the nearest cache.
class Block {
public:
    Block(std::int64_t height, std::int64_t width)
        : width_(width), memory_(static_cast<std::size_t>(height * width * widest + widest)) {}

    template <class T>
    [[nodiscard, gnu::always_inline]] T* begin() {
        constexpr std::uintptr_t line = widest * sizeof(float);
        return reinterpret_cast<T*>((reinterpret_cast<std::uintptr_t>(memory_.data()) + line - 1) / line * line);
    }
    [[nodiscard]] std::int64_t width() const { return width_; }
    void clear() { std::fill(memory_.begin(), memory_.end(), 0.0F); }

private:
    static constexpr std::int64_t widest = HWNAS_LANES;
    std::int64_t width_;
    std::vector<float> memory_;
};

/// A block for each number of channels that registers hold, made when it is needed: their borders lie
/// elsewhere.
class Blocks {
public:
    Blocks(std::int64_t height, std::int64_t width) : height_(height), width_(width) {}
    template <class T>
    [[nodiscard]] Block& of() {
        constexpr std::size_t lanes = sizeof(T) / sizeof(float);
        auto& block = blocks_[lanes == 1 ? 0 : lanes == 4 ? 1 : lanes == 8 ? 2 : 3];
        if (!block) block.emplace(height_, width_);
        return *block;
    }

private:
    std::int64_t height_, width_;
    std::array<std::optional<Block>, 4> blocks_;
};

/// A map of {height, width, channels}, and where in a block its first pixel goes.
struct Placed {
    std::int64_t height, width, channels;
    std::int64_t top, left;
};

template <class T>
[[gnu::always_inline]] inline void gather(const Placed& map, const float* from, Block& block) {
    T* to = block.begin<T>() + map.top * block.width() + map.left;
    for (std::int64_t y = 0; y < map.height; ++y, to += block.width())
        for (std::int64_t x = 0; x < map.width; ++x, from += map.channels) to[x] = loaded<T>(from);
}

/// `count` neighbouring pixels of a row of a convolution.
template <int kernel, int stride, int count, class T>
[[gnu::always_inline]] inline void convolve(const T* x, std::int64_t row, const T* taps, std::int64_t channels,
                                            float* y) {
    T sums[count] = {};
    for (int ky = 0; ky < kernel; ++ky) {
        const T* line = x + ky * row;
#pragma GCC unroll 8
        for (int kx = 0; kx < kernel; ++kx) {
            const T tap = taps[ky * kernel + kx];
#pragma GCC unroll 8
            for (int i = 0; i < count; ++i) sums[i] += tap * line[i * stride + kx];
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < count; ++i) store<T>(y + i * channels, sums[i]);
}

template <int kernel, int stride, class T>
[[gnu::always_inline]] inline void convolve_map(const T* x, std::int64_t row, const T* taps, std::int64_t height,
                                                std::int64_t width, std::int64_t channels, float* y) {
    for (std::int64_t oy = 0; oy < height; ++oy) {
        const T* line = x + oy * stride * row;
        std::int64_t ox = 0;
        for (; ox + 4 <= width; ox += 4, y += 4 * channels)
            convolve<kernel, stride, 4, T>(line + ox * stride, row, taps, channels, y);
        for (; ox + 2 <= width; ox += 2, y += 2 * channels)
            convolve<kernel, stride, 2, T>(line + ox * stride, row, taps, channels, y);
        for (; ox < width; ++ox, y += channels)
            convolve<kernel, stride, 1, T>(line + ox * stride, row, taps, channels, y);
    }
}

/// sums[ky][kx] += the sum over all pixels of dy[oy][ox] * x[oy * stride + ky][ox * stride + kx].
/// Some rows of taps at a time, as many as there are registers for.
template <int kernel, int stride, class T>
[[gnu::always_inline]] inline void tap_gradients(const T* x, std::int64_t x_row, const T* dy, std::int64_t dy_row,
                                                 std::int64_t height, std::int64_t width, T* sums) {
    constexpr bool many_registers = HWNAS_LANES > 8;
    constexpr int rows = kernel == 3 ? 3 : kernel == 5 && many_registers ? 5 : 1;
    for (int first = 0; first < kernel; first += rows) {
        T sum[rows * kernel];
#pragma GCC unroll 32
        for (int k = 0; k < rows * kernel; ++k) sum[k] = sums[first * kernel + k];
        for (std::int64_t oy = 0; oy < height; ++oy) {
            const T* gradient = dy + oy * dy_row;
            const T* line = x + (oy * stride + first) * x_row;
            for (std::int64_t ox = 0; ox < width; ++ox, line += stride) {
                const T g = gradient[ox];
#pragma GCC unroll 8
                for (int ky = 0; ky < rows; ++ky)
#pragma GCC unroll 8
                    for (int kx = 0; kx < kernel; ++kx) sum[ky * kernel + kx] += g * line[ky * x_row + kx];
            }
        }
#pragma GCC unroll 32
        for (int k = 0; k < rows * kernel; ++k) sums[first * kernel + k] = sum[k];
    }
}

/// dx[oy * stride + ky][ox * stride + kx] += dy[oy][ox] * taps[ky][kx]
template <int kernel, int stride, class T>
[[gnu::always_inline]] inline void scatter(const T* dy, std::int64_t dy_row, const T* taps, std::int64_t height,
                                           std::int64_t width, T* dx, std::int64_t dx_row) {
    for (std::int64_t oy = 0; oy < height; ++oy)
        for (int ky = 0; ky < kernel; ++ky) {
            const T* gradient = dy + oy * dy_row;
            T* line = dx + (oy * stride + ky) * dx_row;
            for (std::int64_t ox = 0; ox < width; ++ox, line += stride) {
                const T g = gradient[ox];
#pragma GCC unroll 8
                for (int kx = 0; kx < kernel; ++kx) line[kx] += g * taps[ky * kernel + kx];
            }
        }
}

/// {channels, kernel, kernel} to {kernel, kernel, channels}, so that taps of neighbouring channels are neighbours.
inline std::vector<float> taps_first(const Depthwise& conv, const float* weight, bool turned) {
    const std::int64_t taps = conv.kernel_height * conv.kernel_width;
    std::vector<float> result(static_cast<std::size_t>(taps * conv.channels));
    for (std::int64_t c = 0; c < conv.channels; ++c)
        for (std::int64_t k = 0; k < taps; ++k)
            result[static_cast<std::size_t>(k * conv.channels + c)] = weight[c * taps + (turned ? taps - 1 - k : k)];
    return result;
}

template <int kernel, class T>
[[gnu::always_inline]] inline void load_taps(const float* taps, std::int64_t channels, T* into) {
    for (int k = 0; k < kernel * kernel; ++k) into[k] = loaded<T>(taps + k * channels);
}

/// What a block needs so that all of the output's windows lie within.
inline std::int64_t covered(std::int64_t output, std::int64_t stride, std::int64_t kernel, std::int64_t input,
                            std::int64_t before) {
    return std::max((output - 1) * stride + kernel, before + input);
}

template <int kernel, int stride>
void forward(const Depthwise& conv, const float* x, const float* weight, float* y) {
    const auto taps = taps_first(conv, weight, false);
    Blocks blocks(covered(conv.output_height, stride, kernel, conv.height, conv.top),
                  covered(conv.output_width, stride, kernel, conv.width, conv.left));
    const Placed input{conv.height, conv.width, conv.channels, conv.top, conv.left};
    for (std::int64_t n = 0; n < conv.images; ++n) {
        const float* image = x + n * conv.height * conv.width * conv.channels;
        float* result = y + n * conv.output_height * conv.output_width * conv.channels;
        channel_blocks(conv.channels, [&]<class T>(std::int64_t c) {
            Block& block = blocks.of<T>();
            gather<T>(input, image + c, block);
            T own[kernel * kernel];
            load_taps<kernel, T>(taps.data() + c, conv.channels, own);
            convolve_map<kernel, stride, T>(block.begin<T>(), block.width(), own, conv.output_height, conv.output_width,
                                            conv.channels, result + c);
        });
    }
}

template <int kernel, int stride>
void backward(const Depthwise& conv, const float* dy, const float* x, const float* weight, float* dx, float* dw) {
    constexpr std::int64_t taps_count = kernel * kernel;
    // With stride 1 the input's gradient is a convolution too, of the output's by the turned taps.
    constexpr bool turned = stride == 1;
    const auto taps = taps_first(conv, weight, turned);
    std::vector<float> sums(static_cast<std::size_t>(taps_count * conv.channels));
    const Placed input{conv.height, conv.width, conv.channels, conv.top, conv.left};
    const Placed output{conv.output_height, conv.output_width, conv.channels, turned ? kernel - 1 - conv.top : 0,
                        turned ? kernel - 1 - conv.left : 0};
    const std::int64_t block_height = covered(conv.output_height, stride, kernel, conv.height, conv.top);
    const std::int64_t block_width = covered(conv.output_width, stride, kernel, conv.width, conv.left);
    Blocks all_inputs(block_height, block_width), all_gradients(block_height, block_width);
    Blocks all_outputs(turned ? covered(conv.height, 1, kernel, conv.output_height, output.top) : conv.output_height,
                       turned ? covered(conv.width, 1, kernel, conv.output_width, output.left) : conv.output_width);
    for (std::int64_t n = 0; n < conv.images; ++n) {
        const float* image = x + n * conv.height * conv.width * conv.channels;
        const float* gradient = dy + n * conv.output_height * conv.output_width * conv.channels;
        channel_blocks(conv.channels, [&]<class T>(std::int64_t c) {
            Block &inputs = all_inputs.of<T>(), &outputs = all_outputs.of<T>();
            gather<T>(output, gradient + c, outputs);
            const T* first = outputs.begin<T>() + output.top * outputs.width() + output.left;
            if (dw != nullptr) {
                gather<T>(input, image + c, inputs);
                T own[taps_count] = {};
                tap_gradients<kernel, stride, T>(inputs.begin<T>(), inputs.width(), first, outputs.width(),
                                                 conv.output_height, conv.output_width, own);
                for (int k = 0; k < taps_count; ++k) {
                    float* sum = sums.data() + k * conv.channels + c;
                    store<T>(sum, loaded<T>(sum) + own[k]);
                }
            }
            if (dx == nullptr) return;
            float* result = dx + n * conv.height * conv.width * conv.channels + c;
            T own[taps_count];
            load_taps<kernel, T>(taps.data() + c, conv.channels, own);
            if constexpr (turned) {
                convolve_map<kernel, 1, T>(outputs.begin<T>(), outputs.width(), own, conv.height, conv.width,
                                           conv.channels, result);
            } else {
                Block& gradients = all_gradients.of<T>();
                gradients.clear();
                scatter<kernel, stride, T>(first, outputs.width(), own, conv.output_height, conv.output_width,
                                           gradients.begin<T>(), gradients.width());
                const T* from = gradients.begin<T>() + conv.top * gradients.width() + conv.left;
                for (std::int64_t iy = 0; iy < conv.height; ++iy, from += gradients.width())
                    for (std::int64_t ix = 0; ix < conv.width; ++ix, result += conv.channels)
                        store<T>(result, from[ix]);
            }
        });
    }
    if (dw == nullptr) return;
    for (std::int64_t c = 0; c < conv.channels; ++c)
        for (std::int64_t k = 0; k < taps_count; ++k)
            dw[c * taps_count + k] += sums[static_cast<std::size_t>(k * conv.channels + c)];
}

/// Calls run<kernel, stride>() for the shape's; false where there are no loops for it.
template <class F>
bool with_shape(const Depthwise& conv, const F& run) {
    if (conv.kernel_height != conv.kernel_width || conv.stride_height != conv.stride_width ||
        conv.top >= conv.kernel_height || conv.left >= conv.kernel_width)
        return false;
    const auto with_stride = [&]<int kernel>() {
        if (conv.stride_width == 1) return run.template operator()<kernel, 1>(), true;
        if (conv.stride_width == 2) return run.template operator()<kernel, 2>(), true;
        return false;
    };
    if (conv.kernel_width == 3) return with_stride.template operator()<3>();
    if (conv.kernel_width == 5) return with_stride.template operator()<5>();
    if (conv.kernel_width == 7) return with_stride.template operator()<7>();
    return false;
}

bool depthwise_product(const Depthwise& conv, const float* x, const float* weight, float* y) {
    return with_shape(conv, [&]<int kernel, int stride>() { forward<kernel, stride>(conv, x, weight, y); });
}

bool depthwise_gradients(const Depthwise& conv, const float* dy, const float* x, const float* weight, float* dx,
                         float* dw) {
    return with_shape(conv, [&]<int kernel, int stride>() { backward<kernel, stride>(conv, dy, x, weight, dx, dw); });
}

}  // namespace
}  // namespace hwnas::train::kernels
