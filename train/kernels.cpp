#include "train/kernels.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace hwnas::train::kernels {

#if defined(__x86_64__) && defined(__GNUC__)

bool available() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

// For this file's loops alone: flags for the whole file would also reach the
// inline functions it shares with others, which run where AVX2 is missing.
#pragma GCC optimize("O3")
#pragma GCC target("avx2,fma")
// Registers are passed between inlined functions of this file only.
#pragma GCC diagnostic ignored "-Wpsabi"

#else

bool available() { return false; }

#endif

namespace {

/// Rows that are summed in single precision, and stay in the cache meanwhile.
constexpr std::int64_t chunk = 32;

/// Neighbouring channels, in a register.
template <int width>
struct Register {
    typedef float Type __attribute__((vector_size(width * sizeof(float))));
};
template <>
struct Register<1> {
    using Type = float;
};

// A template argument loses its attributes, so alignment and aliasing are said here.
template <class T>
[[gnu::always_inline]] inline T loaded(const float* p) {
    typedef T Loose __attribute__((aligned(alignof(float)), may_alias));
    return *reinterpret_cast<const Loose*>(p);
}
template <class T>
[[gnu::always_inline]] inline void store(float* p, const T& v) {
    typedef T Loose __attribute__((aligned(alignof(float)), may_alias));
    *reinterpret_cast<Loose*>(p) = v;
}

/// Calls run<T>(c) for blocks of 8, then 4, then single channels.
template <class F>
[[gnu::always_inline]] inline void channel_blocks(std::int64_t channels, const F& run) {
    std::int64_t c = 0;
    for (; c + 8 <= channels; c += 8) run.template operator()<Register<8>::Type>(c);
    for (; c + 4 <= channels; c += 4) run.template operator()<Register<4>::Type>(c);
    for (; c < channels; ++c) run.template operator()<float>(c);
}

template <class F>
[[gnu::always_inline]] inline void row_chunks(std::int64_t rows, const F& run) {
    for (std::int64_t start = 0; start < rows; start += chunk) run(start, std::min(rows, start + chunk));
}

/// Adds a register of single precision sums to their double precision totals.
template <class T>
[[gnu::always_inline]] inline void add_up(const T& sums, double* totals) {
    constexpr std::size_t width = sizeof(T) / sizeof(float);
    float lane[width];
    std::memcpy(lane, &sums, sizeof(T));
    for (std::size_t i = 0; i < width; ++i) totals[i] += static_cast<double>(lane[i]);
}

template <Then then, class T>
[[gnu::always_inline]] inline void activate(T& v) {
    const T zero = T{};
    if constexpr (then == Then::relu) v = v > 0 ? v : zero;
    if constexpr (then == Then::relu6) {
        v = v > 0 ? v : zero;
        v = v < 6 ? v : zero + 6;
    }
    if constexpr (then == Then::hard_swish) {
        T gate = v + 3;
        gate = gate > 0 ? gate : zero;
        gate = gate < 6 ? gate : zero + 6;
        v *= gate * (1.0F / 6);
    }
}

/// d *= activation'(v)
template <Then then, class T>
[[gnu::always_inline]] inline void mask(const T& v, T& d) {
    const T zero = T{};
    if constexpr (then == Then::relu) d = v > 0 ? d : zero;
    if constexpr (then == Then::relu6) {
        d = v > 0 ? d : zero;
        d = v < 6 ? d : zero;
    }
    if constexpr (then == Then::hard_swish) {
        T slope = (2 * v + 3) * (1.0F / 6);
        slope = v > -3 ? slope : zero;
        slope = v < 3 ? slope : zero + 1;
        d *= slope;
    }
}

template <class F>
void with_activation(Then then, const F& run) {
    switch (then) {
        case Then::relu:
            return run.template operator()<Then::relu>();
        case Then::relu6:
            return run.template operator()<Then::relu6>();
        case Then::hard_swish:
            return run.template operator()<Then::hard_swish>();
        case Then::nothing:
            break;
    }
    return run.template operator()<Then::nothing>();
}

/// Per-channel figures of batch_norm_backward.
struct Channels {
    std::vector<float> scale, shift, slope, offset;
};

template <Then then>
void sum_gradients(Pixels size, const BatchNormBackward& arrays, const Channels& by, double* sums, double* products) {
    row_chunks(size.rows, [&](std::int64_t start, std::int64_t end) {
        channel_blocks(size.channels, [&]<class T>(std::int64_t c) {
            const T scale = loaded<T>(by.scale.data() + c), shift = loaded<T>(by.shift.data() + c);
            const T mean = loaded<T>(arrays.mean + c);
            T sum{}, product{};
            for (std::int64_t row = start; row < end; ++row) {
                const T x = loaded<T>(arrays.x + row * size.channels + c);
                T d = loaded<T>(arrays.output_gradient + row * size.channels + c);
                mask<then, T>(x * scale + shift, d);
                sum += d;
                product += d * (x - mean);
            }
            add_up(sum, sums + c);
            add_up(product, products + c);
        });
    });
}

template <Then then>
void write_gradients(Pixels size, const BatchNormBackward& arrays, const Channels& by) {
    row_chunks(size.rows, [&](std::int64_t start, std::int64_t end) {
        channel_blocks(size.channels, [&]<class T>(std::int64_t c) {
            const T scale = loaded<T>(by.scale.data() + c), shift = loaded<T>(by.shift.data() + c);
            const T slope = loaded<T>(by.slope.data() + c), offset = loaded<T>(by.offset.data() + c);
            for (std::int64_t row = start; row < end; ++row) {
                const T x = loaded<T>(arrays.x + row * size.channels + c);
                T d = loaded<T>(arrays.output_gradient + row * size.channels + c);
                mask<then, T>(x * scale + shift, d);
                store<T>(arrays.input_gradient + row * size.channels + c, scale * d + (x * slope + offset));
            }
        });
    });
}

/// Adds one image's gradients of one row of taps, for the channels of T from `c` on:
/// they stay in registers while rows and columns go by. `sums` is {taps, channels}.
template <class T, int taps>
[[gnu::always_inline]] inline void add_weight_gradients(const Depthwise& d, std::int64_t c, std::int64_t ky,
                                                        const float* dy, const float* x, float* sums) {
    T sum[taps] = {};
    for (std::int64_t oy = 0; oy < d.output_height; ++oy) {
        const std::int64_t iy = oy * d.stride_height - d.top + ky;
        if (iy < 0 || iy >= d.height) continue;
        const float* g = dy + oy * d.output_width * d.channels + c;
        const float* row = x + iy * d.width * d.channels + c;
        for (std::int64_t ox = 0; ox < d.output_width; ++ox, g += d.channels) {
            const std::int64_t left = ox * d.stride_width - d.left;
            const T gradient = loaded<T>(g);
            const float* pixel = row + left * d.channels;
            if (left >= 0 && left + taps <= d.width) {
#pragma GCC unroll 8
                for (int k = 0; k < taps; ++k) sum[k] += gradient * loaded<T>(pixel + k * d.channels);
            } else {
#pragma GCC unroll 8
                for (int k = 0; k < taps; ++k)
                    if (left + k >= 0 && left + k < d.width) sum[k] += gradient * loaded<T>(pixel + k * d.channels);
            }
        }
    }
    for (int k = 0; k < taps; ++k) store<T>(sums + k * d.channels + c, loaded<T>(sums + k * d.channels + c) + sum[k]);
}

/// Image by image, so that an image's two maps stay in the cache for all taps.
template <int taps>
void weight_gradient(const Depthwise& conv, const float* dy, const float* x, float* gradient) {
    const std::int64_t all_taps = conv.kernel_height * taps;
    std::vector<float> sums(static_cast<std::size_t>(all_taps * conv.channels));
    for (std::int64_t n = 0; n < conv.images; ++n)
        for (std::int64_t ky = 0; ky < conv.kernel_height; ++ky)
            channel_blocks(conv.channels, [&]<class T>(std::int64_t c) {
                add_weight_gradients<T, taps>(
                    conv, c, ky, dy + n * conv.output_height * conv.output_width * conv.channels,
                    x + n * conv.height * conv.width * conv.channels, sums.data() + ky * taps * conv.channels);
            });
    for (std::int64_t c = 0; c < conv.channels; ++c)
        for (std::int64_t k = 0; k < all_taps; ++k)
            gradient[c * all_taps + k] = sums[static_cast<std::size_t>(k * conv.channels + c)];
}

}  // namespace

void channel_moments(Pixels size, const float* x, float* mean, float* variance) {
    std::vector<double> sums(static_cast<std::size_t>(size.channels)), squares(sums.size());
    row_chunks(size.rows, [&](std::int64_t start, std::int64_t end) {
        channel_blocks(size.channels, [&]<class T>(std::int64_t c) {
            // Around the first pixel, so that a large mean cannot swallow the variance.
            const T origin = loaded<T>(x + c);
            T sum{}, square{};
            for (std::int64_t row = start; row < end; ++row) {
                const T v = loaded<T>(x + row * size.channels + c) - origin;
                sum += v;
                square += v * v;
            }
            add_up(sum, sums.data() + c);
            add_up(square, squares.data() + c);
        });
    });
    const double count = static_cast<double>(size.rows);
    for (std::size_t c = 0; c < sums.size(); ++c) {
        const double shifted = sums[c] / count;
        mean[c] = static_cast<float>(static_cast<double>(x[c]) + shifted);
        variance[c] = static_cast<float>(std::max(0.0, squares[c] / count - shifted * shifted));
    }
}

void scale_shift(Pixels size, Then then, const float* x, const float* scale, const float* shift, float* y) {
    with_activation(then, [&]<Then kind>() {
        row_chunks(size.rows, [&](std::int64_t start, std::int64_t end) {
            channel_blocks(size.channels, [&]<class T>(std::int64_t c) {
                const T factor = loaded<T>(scale + c), term = loaded<T>(shift + c);
                for (std::int64_t row = start; row < end; ++row) {
                    T v = loaded<T>(x + row * size.channels + c) * factor + term;
                    activate<kind, T>(v);
                    store<T>(y + row * size.channels + c, v);
                }
            });
        });
    });
}

void batch_norm_backward(Pixels size, Then then, const BatchNormBackward& arrays) {
    const auto n = static_cast<std::size_t>(size.channels);
    std::vector<double> sums(n), products(n);
    Channels by{std::vector<float>(n), std::vector<float>(n), std::vector<float>(n), std::vector<float>(n)};
    for (std::size_t c = 0; c < n; ++c) {
        by.scale[c] = arrays.weight[c] * arrays.inverse_deviation[c];
        by.shift[c] = arrays.bias[c] - arrays.mean[c] * by.scale[c];
    }
    with_activation(then, [&]<Then kind>() { sum_gradients<kind>(size, arrays, by, sums.data(), products.data()); });
    const double count = static_cast<double>(size.rows);
    for (std::size_t c = 0; c < n; ++c) {
        const double deviation = static_cast<double>(arrays.inverse_deviation[c]);
        const double weight_gradient = products[c] * deviation;
        arrays.bias_gradient[c] = static_cast<float>(sums[c]);
        arrays.weight_gradient[c] = static_cast<float>(weight_gradient);
        // dx = scale * (d - sums / count - (x - mean) * deviation * weight_gradient / count)
        const double scale = static_cast<double>(by.scale[c]);
        const double by_x = scale * weight_gradient * deviation / count;
        by.slope[c] = static_cast<float>(-by_x);
        by.offset[c] = static_cast<float>(by_x * static_cast<double>(arrays.mean[c]) - scale * sums[c] / count);
    }
    with_activation(then, [&]<Then kind>() { write_gradients<kind>(size, arrays, by); });
}

bool depthwise_weight_gradient(const Depthwise& conv, const float* output_gradient, const float* x, float* gradient) {
    switch (conv.kernel_width) {
        case 5:
            weight_gradient<5>(conv, output_gradient, x, gradient);
            return true;
        case 7:
            weight_gradient<7>(conv, output_gradient, x, gradient);
            return true;
        default:
            return false;
    }
}

void channel_scale(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* x, const float* s,
                   float* y) {
    for (std::int64_t row = 0; row < images * positions; ++row)
        channel_blocks(channels, [&]<class T>(std::int64_t c) {
            store<T>(y + row * channels + c,
                     loaded<T>(x + row * channels + c) * loaded<T>(s + row / positions * channels + c));
        });
}

void position_sums(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* a, const float* b,
                   float factor, float* sums) {
    for (std::int64_t n = 0; n < images; ++n)
        channel_blocks(channels, [&]<class T>(std::int64_t c) {
            const float* u = a + n * positions * channels + c;
            T sum{};
            if (b == nullptr) {
                for (std::int64_t p = 0; p < positions; ++p) sum += loaded<T>(u + p * channels);
            } else {
                const float* v = b + n * positions * channels + c;
                for (std::int64_t p = 0; p < positions; ++p)
                    sum += loaded<T>(u + p * channels) * loaded<T>(v + p * channels);
            }
            store<T>(sums + n * channels + c, sum * factor);
        });
}

}  // namespace hwnas::train::kernels
