#include "train/kernels.h"

#include "train/kernels/table.h"

namespace hwnas::train::kernels {
namespace {

/// That of the widest units this processor has; null where it has none that are known.
const Table* table() {
#if defined(__x86_64__) && defined(__GNUC__)
    static const Table* const chosen = []() -> const Table* {
        if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return nullptr;
        const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
        return wide ? &avx512_table() : &avx2_table();
    }();
    return chosen;
#else
    return nullptr;
#endif
}

}  // namespace

bool available() { return table() != nullptr; }

std::string vector_units() {
#if defined(__x86_64__) && defined(__GNUC__)
    if (table() == &avx512_table()) return "AVX-512";
    if (table() == &avx2_table()) return "AVX2";
#endif
    return "none";
}

void add_moments(Pixels size, const float* x, const float* origin, double* sums, double* squares) {
    table()->add_moments(size, x, origin, sums, squares);
}
void scale_shift(Pixels size, Then then, const float* x, const float* scale, const float* shift, float* y) {
    table()->scale_shift(size, then, x, scale, shift, y);
}
void add_norm_gradients(Pixels size, Then then, const NormGradients& arrays) {
    table()->add_norm_gradients(size, then, arrays);
}
void norm_input_gradient(Pixels size, const float* masked, const float* x, const float* scale, const float* slope,
                         const float* offset, float* input_gradient) {
    table()->norm_input_gradient(size, masked, x, scale, slope, offset, input_gradient);
}
bool depthwise_forward(const Depthwise& conv, const float* x, const float* weight, float* y) {
    return table()->depthwise_forward(conv, x, weight, y);
}
bool depthwise_backward(const Depthwise& conv, const float* output_gradient, const float* x, const float* weight,
                        float* input_gradient, float* weight_gradient) {
    return table()->depthwise_backward(conv, output_gradient, x, weight, input_gradient, weight_gradient);
}
void channel_scale(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* x, const float* s,
                   float* y) {
    table()->channel_scale(images, positions, channels, x, s, y);
}
void position_sums(std::int64_t images, std::int64_t positions, std::int64_t channels, const float* a, const float* b,
                   float factor, float* sums) {
    table()->position_sums(images, positions, channels, a, b, factor, sums);
}

}  // namespace hwnas::train::kernels
