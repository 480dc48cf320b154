#include "space/figure_batch.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "core/rng.h"
#include "space/made_categories.h"
#include "space/metric_parts.h"
#include "support.h"

using namespace hwnas;
using Indexing = FigureBatch::Indexing;

namespace {

constexpr std::array all_ways{Indexing::extracted, Indexing::packed, Indexing::plain};

std::vector<std::uint8_t> random_encodings(const ChoiceSpace& space, std::size_t count, Rng& rng) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < count; ++i)
        for (const auto& choice : space.choices())
            bytes.push_back(static_cast<std::uint8_t>(rng.below(choice.values.size())));
    return bytes;
}

/// A made cost of every segment, as a device's table would have it.
CompiledMetric made_metric(const CompiledSpace& space, std::uint64_t seed) {
    return {space, Fold::sum,
            [&](const Segment& segment, std::string_view) {
                return Rng(mix_seed({seed, seed_word(segment.key)})).uniform() + 0.01;
            },
            0.125};
}

Encoding row_of(const std::vector<std::uint8_t>& encodings, std::size_t row, std::size_t length) {
    const auto first = encodings.begin() + static_cast<std::ptrdiff_t>(row * length);
    return {first, first + static_cast<std::ptrdiff_t>(length)};
}

}  // namespace

TEST_CASE("a batch prices networks of every shipped space as the metrics do") {
    for (const auto& entry : std::filesystem::directory_iterator(test::source("configs/spaces"))) {
        auto document = JsonDocument::load(entry.path());
        if (read_space_kind(JsonValue(document)) != SpaceKind::network) continue;
        INFO(entry.path());
        const CompiledSpace space(SearchSpace::load(entry.path()));
        Rng rng(1);
        const auto encodings = random_encodings(space, 300, rng);
        std::vector<CompiledMetric> metrics;
        for (std::uint64_t device = 0; device < 6; ++device) metrics.push_back(made_metric(space, device));
        for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{6}}) {
            std::vector<SummedParts> figures;
            for (std::size_t i = 0; i < count; ++i) {
                auto parts = metric_parts(space, metrics[i]);
                REQUIRE(parts);
                figures.push_back({metrics[i].constant(), std::move(*parts)});
            }
            for (const auto way : all_ways) {
                const FigureBatch batch(space, figures, way);
                std::vector<double> results(300 * count);
                batch(encodings, results);
                std::size_t wrong = 0;
                for (std::size_t i = 0; i < 300; ++i)
                    for (std::size_t f = 0; f < count; ++f) {
                        const double expected = metrics[f](
                            std::span(encodings).subspan(i * space.choices().size(), space.choices().size()));
                        const double found = results[i * count + f];
                        wrong += !(found == expected || std::abs(found - expected) <= 1e-14 * expected);
                    }
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("a batch prices named choices of every shipped space as their tables do") {
    for (const auto& entry : std::filesystem::directory_iterator(test::source("configs/spaces"))) {
        auto document = JsonDocument::load(entry.path());
        if (read_space_kind(JsonValue(document)) != SpaceKind::categorical) continue;
        INFO(entry.path());
        const auto space = CategoricalSpace::load(entry.path());
        const std::size_t length = space.choices().size();
        Rng rng(2);
        std::vector<ChoiceTable> tables;
        for (int t = 0; t < 3; ++t) {
            std::vector<ChoiceTable::Term> terms;
            for (int i = 0; i < 400; ++i) {
                const std::size_t first = rng.below(length - 2);
                terms.push_back(test::random_term(space, {first, first + 1, first + 2}, rng));
                if (t == 2 && first > 0) terms.push_back(test::random_term(space, {rng.below(first), length - 1}, rng));
            }
            tables.emplace_back(space, "ms", 1.5, terms);
        }
        std::vector<SummedParts> figures;
        for (const auto& table : tables) figures.push_back({table.constant(), table.parts().value()});
        const auto encodings = random_encodings(space, 500, rng);
        for (const auto way : all_ways) {
            std::vector<double> results(1500);
            FigureBatch(space, figures, way)(encodings, results);
            for (std::size_t i = 0; i < 500; ++i)
                for (std::size_t f = 0; f < 3; ++f)
                    CHECK(results[3 * i + f] == Approx(tables[f](row_of(encodings, i, length))).margin(1e-10));
        }
    }
}

TEST_CASE("a batch takes spaces of few choices, and nothing that does not fit") {
    const auto& space = test::made_categories();
    Rng rng(3);
    const ChoiceTable table(space, "ms", 1,
                            {test::random_term(space, {0, 2}, rng), test::random_term(space, {1}, rng)});
    const std::vector<SummedParts> figures{{table.constant(), table.parts().value()}};
    const FigureBatch batch(space, figures);
    CHECK(batch.indexing() == Indexing::plain);
    test::each_encoding(space, [&](const Encoding& encoding) {
        double result = 0;
        batch(encoding, {&result, 1});
        CHECK(result == Approx(table(encoding)).margin(1e-14));
    });
    std::vector<double> results(2);
    CHECK_THROWS_AS(batch(Encoding(4, 0), results), std::invalid_argument);
}

TEST_CASE("parts of a metric keep what a space leaves out") {
    const CompiledSpace space(SearchSpace::load(test::source("configs/spaces/once-for-all.json")));
    CHECK_THROWS_AS(metric_parts(space, peak_activation_metric(space)), std::invalid_argument);
}
