#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

// Vectors of neighbouring channels. Included by files that are compiled for one kind of vector units
// and say by HWNAS_LANES how many floats one of their registers has.
namespace hwnas::train::kernels {
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

/// Calls run<T>(c) for blocks of as many channels as a register has, then of fewer, then single ones.
template <class F>
[[gnu::always_inline]] inline void channel_blocks(std::int64_t channels, const F& run) {
    std::int64_t c = 0;
    if constexpr (HWNAS_LANES > 8)
        for (; c + 16 <= channels; c += 16) run.template operator()<Register<16>::Type>(c);
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
    if constexpr (sizeof(T) == sizeof(float)) {
        *totals += static_cast<double>(sums);
    } else {
        typedef double Wide __attribute__((vector_size(2 * sizeof(T))));
        Wide total;
        std::memcpy(&total, totals, sizeof total);
        total += __builtin_convertvector(sums, Wide);
        std::memcpy(totals, &total, sizeof total);
    }
}

}  // namespace
}  // namespace hwnas::train::kernels
