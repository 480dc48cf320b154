#include "regression/product_sums.h"

#include <catch2/catch.hpp>

#include "core/rng.h"
#include "regression/wide.h"

using namespace hwnas;

namespace {

struct Made {
    std::vector<std::vector<double>> values;
    std::vector<const double*> rows;
    std::vector<double> ratios;
};

Made made(std::size_t choices, std::ptrdiff_t count) {
    Rng rng(3);
    Made made;
    for (std::size_t i = 0; i < choices; ++i) {
        made.values.emplace_back(static_cast<std::size_t>(wide::padded(count)));
        for (auto& value : made.values.back()) value = rng.uniform() - 0.5;
        made.ratios.push_back(rng.uniform());
    }
    for (const auto& row : made.values) made.rows.push_back(row.data());
    return made;
}

/// By the definition: the sum over all pairs, over all triples.
double pairs_of(const Made& made, std::size_t n) {
    double sum = 0;
    for (std::size_t i = 0; i < made.values.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) sum += made.values[i][n] * made.values[j][n];
    return sum;
}
double triples_of(const Made& made, std::size_t n) {
    double sum = 0;
    for (std::size_t i = 0; i < made.values.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            for (std::size_t k = 0; k < j; ++k) sum += made.values[i][n] * made.values[j][n] * made.values[k][n];
    return sum;
}

}  // namespace

TEST_CASE("sums and products are those of their definitions") {
    const std::vector<std::size_t> places{0, 0, 1, 2, 2, 2};
    for (const std::ptrdiff_t count : {1, 7, 8, 21}) {
        const auto given = made(6, count);
        const ProductSums sums(given.ratios, {0.5, 2, 3, 5, 7}, RowGroups::of(places),
                               RowGroups::of({1, 0, 1, 0, 1, 0}));
        std::vector<double> into(static_cast<std::size_t>(wide::padded(count)));
        sums(given.rows, count, into.data());
        for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n) {
            double expected = 2 * pairs_of(given, n) + 3 * triples_of(given, n);
            for (std::size_t i = 0; i < 6; ++i) {
                expected += 0.5 * given.ratios[i] * given.values[i][n];
                for (std::size_t j = 0; j < i; ++j) {
                    const double both = given.ratios[i] * given.values[i][n] * given.ratios[j] * given.values[j][n];
                    if (places[i] == places[j]) expected += 5 * both;
                    if (i % 2 == j % 2) expected += 7 * both;
                }
            }
            INFO("point " << n << " of " << count);
            CHECK(into[n] == Approx(expected).epsilon(1e-12).margin(1e-12));
        }
    }
}
