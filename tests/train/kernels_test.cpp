#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>

#include "core/rng.h"
#include "train/kernels.h"

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
    std::vector<float> mean(channels), variance(channels);
    channel_moments({rows, channels}, x.data(), mean.data(), variance.data());
    for (std::size_t c = 0; c < channels; ++c) {
        double sum = 0, squares = 0;
        for (std::size_t row = 0; row < rows; ++row) sum += static_cast<double>(x[row * channels + c]);
        const double exact = sum / rows;
        for (std::size_t row = 0; row < rows; ++row)
            squares += std::pow(static_cast<double>(x[row * channels + c]) - exact, 2);
        CHECK(static_cast<double>(mean[c]) == Approx(exact).epsilon(1e-7));
        CHECK(static_cast<double>(variance[c]) == Approx(squares / rows).epsilon(1e-5));
    }
}

TEST_CASE("the depthwise kernel leaves widths it does not know alone") {
    if (!available()) {
        std::cout << "SKIPPED: this processor has no AVX2\n";
        return;
    }
    std::vector<float> x(9, 1), gradient(9, 42);
    CHECK_FALSE(depthwise_weight_gradient({1, 1, 3, 3, 3, 3, 3, 3, 1, 1, 1, 1}, x.data(), x.data(), gradient.data()));
    CHECK(gradient == std::vector<float>(9, 42));
}
