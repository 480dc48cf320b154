#pragma once

#include "train/kernels.h"
#include "train/kernels/lanes.h"

namespace hwnas::train::kernels {
namespace {

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

}  // namespace
}  // namespace hwnas::train::kernels
