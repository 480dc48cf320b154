#pragma once

#include "train/kernels/activations.h"

namespace hwnas::train::kernels {
namespace {

/// Calls run<T>(start, end, c) for blocks of rows and of channels.
template <class F>
[[gnu::always_inline]] inline void pixel_blocks(Pixels size, const F& run) {
    row_chunks(size.rows, [&](std::int64_t start, std::int64_t end) {
        channel_blocks(size.channels, [&]<class T>(std::int64_t c) { run.template operator()<T>(start, end, c); });
    });
}

void moments_added(Pixels size, const float* x, const float* origin, double* sums, double* squares) {
    pixel_blocks(size, [&]<class T>(std::int64_t start, std::int64_t end, std::int64_t c) {
        const T centre = loaded<T>(origin + c);
        T sum{}, square{};
        for (std::int64_t row = start; row < end; ++row) {
            const T v = loaded<T>(x + row * size.channels + c) - centre;
            sum += v;
            square += v * v;
        }
        add_up(sum, sums + c);
        add_up(square, squares + c);
    });
}

// Row by row: what is read here was last touched a stage ago, and memory is quickest in its own order.
void scaled_and_shifted(Pixels size, Then then, const float* x, const float* scale, const float* shift, float* y) {
    with_activation(then, [&]<Then kind>() {
        for (std::int64_t row = 0; row < size.rows; ++row, x += size.channels, y += size.channels)
            channel_blocks(size.channels, [&]<class T>(std::int64_t c) {
                T v = loaded<T>(x + c) * loaded<T>(scale + c) + loaded<T>(shift + c);
                activate<kind, T>(v);
                store<T>(y + c, v);
            });
    });
}

void norm_gradients_added(Pixels size, Then then, const NormGradients& arrays) {
    with_activation(then, [&]<Then kind>() {
        pixel_blocks(size, [&]<class T>(std::int64_t start, std::int64_t end, std::int64_t c) {
            const T scale = loaded<T>(arrays.scale + c), shift = loaded<T>(arrays.shift + c);
            const T mean = loaded<T>(arrays.mean + c);
            T sum{}, product{};
            for (std::int64_t row = start; row < end; ++row) {
                const T x = loaded<T>(arrays.x + row * size.channels + c);
                T d = loaded<T>(arrays.output_gradient + row * size.channels + c);
                mask<kind, T>(x * scale + shift, d);
                store<T>(arrays.masked + row * size.channels + c, d);
                sum += d;
                product += d * (x - mean);
            }
            add_up(sum, arrays.sums + c);
            add_up(product, arrays.products + c);
        });
    });
}

void norm_gradient_written(Pixels size, const float* masked, const float* x, const float* scale, const float* slope,
                           const float* offset, float* dx) {
    for (std::int64_t row = 0; row < size.rows; ++row) {
        const std::int64_t first = row * size.channels;
        channel_blocks(size.channels, [&]<class T>(std::int64_t c) {
            store<T>(dx + first + c, loaded<T>(masked + first + c) * loaded<T>(scale + c) +
                                         (loaded<T>(x + first + c) * loaded<T>(slope + c) + loaded<T>(offset + c)));
        });
    }
}

}  // namespace
}  // namespace hwnas::train::kernels
