#pragma once

#include <cstddef>
#include <cstring>

/// Loops over eight doubles at a time, on whatever vector units the processor has. Nothing is
/// contracted (-ffp-contract=off) and each lane is on its own, so all processors give the same
/// figures to the bit.
namespace hwnas::wide {

constexpr std::ptrdiff_t lanes = 8;
using Doubles = double __attribute__((vector_size(lanes * sizeof(double))));

/// `count` rounded up to whole lanes.
constexpr std::ptrdiff_t padded(std::ptrdiff_t count) { return (count + lanes - 1) / lanes * lanes; }

// By reference: how such a value is handed over differs between vector units.
[[gnu::always_inline]] inline void load(const double* from, Doubles& into) { std::memcpy(&into, from, sizeof into); }
[[gnu::always_inline]] inline void store(const Doubles& from, double* into) { std::memcpy(into, &from, sizeof from); }

#if defined(__x86_64__)
template <class Body>
[[gnu::target("avx512f")]] void on_avx512(const Body& body) {
    body();
}
template <class Body>
[[gnu::target("avx2")]] void on_avx2(const Body& body) {
    body();
}
#endif

/// Calls `body()`, which is compiled for each kind of vector units: a lambda declared
/// `() __attribute__((always_inline))`, so that it becomes part of what is compiled for them.
template <class Body>
void on_widest(const Body& body) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return on_avx512(body);
    if (__builtin_cpu_supports("avx2")) return on_avx2(body);
#endif
    body();
}

}  // namespace hwnas::wide
