#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>

#include "core/rng.h"
#include "train/kernels.h"
#include "train/kernels/table.h"

using namespace hwnas;
using namespace hwnas::train::kernels;

// Gradients and normalisation are held by gradients_test and operators_test; here
// is what only large arrays show.

TEST_CASE("moments stay exact over many rows and far from zero") {
    if (!available()) {
        std::cout << "SKIPPED: this processor has no AVX2\n";
        return;
    }
    constexpr std::int64_t rows = 50000, channels = 13;
    std::vector<float> x(static_cast<std::size_t>(rows * channels));
    Rng rng(1);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(100 + 0.5 * rng.normal());
    std::vector<double> sums(channels), squares(channels);
    add_moments({rows / 2, channels}, x.data(), x.data(), sums.data(), squares.data());
    add_moments({rows / 2, channels}, x.data() + rows / 2 * channels, x.data(), sums.data(), squares.data());
    for (std::size_t c = 0; c < channels; ++c) {
        double sum = 0, deviations = 0;
        for (std::size_t row = 0; row < rows; ++row) sum += static_cast<double>(x[row * channels + c]);
        const double exact = sum / rows;
        for (std::size_t row = 0; row < rows; ++row)
            deviations += std::pow(static_cast<double>(x[row * channels + c]) - exact, 2);
        const double shifted = sums[c] / rows;
        CHECK(static_cast<double>(x[c]) + shifted == Approx(exact).epsilon(1e-7));
        CHECK(squares[c] / rows - shifted * shifted == Approx(deviations / rows).epsilon(1e-5));
    }
}

namespace {

using Values = std::vector<float>;

Values noise(std::int64_t count, std::uint64_t seed) {
    Values values(static_cast<std::size_t>(count));
    Rng rng(seed);
    for (auto& value : values) value = static_cast<float>(rng.normal());
    return values;
}

/// Depthwise convolution and its gradients by their definition.
struct ByDefinition {
    std::vector<double> y, dx, dw;

    ByDefinition(const Depthwise& d, const Values& x, const Values& w, const Values& dy)
        : y(dy.size()), dx(x.size()), dw(w.size()) {
        for (std::int64_t n = 0; n < d.images; ++n)
            for (std::int64_t oy = 0; oy < d.output_height; ++oy)
                for (std::int64_t ox = 0; ox < d.output_width; ++ox)
                    for (std::int64_t ky = 0; ky < d.kernel_height; ++ky)
                        for (std::int64_t kx = 0; kx < d.kernel_width; ++kx) {
                            const std::int64_t iy = oy * d.stride_height - d.top + ky;
                            const std::int64_t ix = ox * d.stride_width - d.left + kx;
                            if (iy < 0 || iy >= d.height || ix < 0 || ix >= d.width) continue;
                            for (std::int64_t c = 0; c < d.channels; ++c) {
                                const auto in =
                                    static_cast<std::size_t>(((n * d.height + iy) * d.width + ix) * d.channels + c);
                                const auto out = static_cast<std::size_t>(
                                    ((n * d.output_height + oy) * d.output_width + ox) * d.channels + c);
                                const auto tap =
                                    static_cast<std::size_t>((c * d.kernel_height + ky) * d.kernel_width + kx);
                                y[out] += static_cast<double>(w[tap]) * static_cast<double>(x[in]);
                                dx[in] += static_cast<double>(w[tap]) * static_cast<double>(dy[out]);
                                dw[tap] += static_cast<double>(x[in]) * static_cast<double>(dy[out]);
                            }
                        }
    }
};

double largest_difference(const Values& found, const std::vector<double>& expected) {
    double largest = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(found[i]) - expected[i]));
    return largest;
}

void check_depthwise(const Table& table) {
    for (const std::int64_t channels : {1, 3, 8, 24, 37})
        for (const std::int64_t kernel : {3, 5, 7})
            for (const std::int64_t stride : {1, 2})
                for (const std::int64_t size : {4, 9})
                    for (const bool even : {true, false}) {
                        const std::int64_t before = even ? kernel / 2 : (kernel - 1) / 2 - 1, after = kernel / 2;
                        const std::int64_t output = (size + before + after - kernel) / stride + 1;
                        if (output < 1) continue;
                        const Depthwise shape{2,        channels, size,
                                              size + 1, output,   (size + 1 + before + after - kernel) / stride + 1,
                                              kernel,   kernel,   stride,
                                              stride,   before,   before};
                        CAPTURE(channels, kernel, stride, size, even);
                        const auto x = noise(2 * size * (size + 1) * channels, 1),
                                   w = noise(channels * kernel * kernel, 2);
                        const auto dy = noise(2 * output * shape.output_width * channels, 3);
                        const ByDefinition expected(shape, x, w, dy);
                        Values y(dy.size(), 42), dx(x.size(), 42), dw(w.size());
                        REQUIRE(table.depthwise_forward(shape, x.data(), w.data(), y.data()));
                        REQUIRE(table.depthwise_backward(shape, dy.data(), x.data(), w.data(), dx.data(), dw.data()));
                        CHECK(largest_difference(y, expected.y) < 1e-4);
                        CHECK(largest_difference(dx, expected.dx) < 1e-4);
                        CHECK(largest_difference(dw, expected.dw) < 1e-3);
                        Values alone(x.size(), 42);
                        REQUIRE(table.depthwise_backward(shape, dy.data(), nullptr, w.data(), alone.data(), nullptr));
                        CHECK(alone == dx);
                    }
}

}  // namespace

TEST_CASE("depthwise convolutions and their gradients are what their definition says, on all vector units") {
#if defined(__x86_64__) && defined(__GNUC__)
    if (!available()) {
        std::cout << "SKIPPED: this processor has no AVX2\n";
        return;
    }
    SECTION("AVX2") { check_depthwise(avx2_table()); }
    if (vector_units() == "AVX-512") {
        SECTION("AVX-512") { check_depthwise(avx512_table()); }
    }
#else
    std::cout << "SKIPPED: there are loops for x86-64 alone\n";
#endif
}

TEST_CASE("the depthwise loops leave shapes they are not for alone") {
    if (!available()) {
        std::cout << "SKIPPED: this processor has no AVX2\n";
        return;
    }
    const std::vector<float> x(81, 1), taps(4, 1);
    std::vector<float> y(81, 42);
    CHECK_FALSE(depthwise_forward({1, 1, 9, 9, 8, 8, 2, 2, 1, 1, 0, 0}, x.data(), taps.data(), y.data()));
    CHECK_FALSE(depthwise_forward({1, 1, 9, 9, 3, 3, 3, 3, 3, 3, 0, 0}, x.data(), x.data(), y.data()));
    CHECK_FALSE(
        depthwise_backward({1, 1, 9, 9, 3, 3, 3, 3, 3, 3, 0, 0}, x.data(), x.data(), x.data(), y.data(), y.data()));
    CHECK(y == std::vector<float>(81, 42));
}
