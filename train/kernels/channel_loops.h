#pragma once

#include "train/kernels/lanes.h"

namespace hwnas::train::kernels {
namespace {

void channels_scaled(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* x, const float* s,
                     float* y) {
    for (std::int64_t row = 0; row < images * positions; ++row)
        channel_blocks(channels, [&]<class T>(std::int64_t c) {
            store<T>(y + row * channels + c,
                     loaded<T>(x + row * channels + c) * loaded<T>(s + row / positions * channels + c));
        });
}

void summed_over_positions(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* a,
                           const float* b, float factor, float* sums) {
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

}  // namespace
}  // namespace hwnas::train::kernels
