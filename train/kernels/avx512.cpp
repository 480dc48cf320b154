#include "train/kernels/table.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <array>
#include <optional>
#include <vector>

// For this file's loops alone: flags for the whole file would also reach the inline functions that it
// shares with others, which run where AVX-512 is missing.
#pragma GCC optimize("O3")
#pragma GCC target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")
// Registers are passed between inlined functions of this file only.
#pragma GCC diagnostic ignored "-Wpsabi"

#define HWNAS_LANES 16
#include "train/kernels/norm_loops.h"
#include "train/kernels/channel_loops.h"
#include "train/kernels/depthwise_loops.h"

namespace hwnas::train::kernels {

const Table& avx512_table() {
    static const Table table{moments_added,     scaled_and_shifted,  norm_gradients_added, norm_gradient_written,
                             depthwise_product, depthwise_gradients, channels_scaled,      summed_over_positions};
    return table;
}

}  // namespace hwnas::train::kernels

#endif
