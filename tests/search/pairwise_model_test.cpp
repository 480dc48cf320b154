#include "search/exact/pairwise_model.h"

#include <catch2/catch.hpp>

#include "search/exact/completion_bound.h"
#include "search/made_sums.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::each_encoding;
using hwnas::test::MadeSums;

namespace {

/// Calls for every value of every variable, those of a prefix given.
void each_assignment(const PairwiseModel& model, const std::function<void(const std::vector<std::uint16_t>&)>& call,
                     std::vector<std::uint16_t> values = {}) {
    if (values.size() == model.variables.size()) return call(values);
    values.push_back(0);
    for (std::size_t x = 0; x < model.variables[values.size() - 1].values.size(); ++x) {
        values.back() = static_cast<std::uint16_t>(x);
        each_assignment(model, call, values);
    }
}

}  // namespace

TEST_CASE("a model's figures are the tables'") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        const MadeSums made(seed, 2, 20, seed % 2 * 3);
        const std::vector<SummedFigure> figures{{"a", &made.tables[0], true}, {"b", &made.tables[1], false}};
        const auto model = pairwise_model(made.space, figures);
        std::size_t count = 0;
        each_assignment(model, [&](const std::vector<std::uint16_t>& values) {
            const auto sums = model.figures(values);
            const auto encoding = model.encoding(values);
            CHECK(sums[0] == Approx(-made.tables[0](encoding)).margin(1e-12));
            CHECK(sums[1] == Approx(made.tables[1](encoding)).margin(1e-12));
            ++count;
        });
        CHECK(static_cast<double>(count) == made.space.encoding_count());
    }
}

TEST_CASE("sums of a model are the same in any order") {
    const MadeSums made(4, 1, 0);
    const std::vector<SummedFigure> figures{{"a", &made.tables[0], false}};
    const auto model = pairwise_model(made.space, figures);
    REQUIRE(model.edges.empty());
    each_assignment(model, [&](const std::vector<std::uint16_t>& values) {
        double backwards = 0;
        for (std::size_t v = values.size(); v-- > 0;) backwards += model.variables[v].figures[0][values[v]];
        CHECK(backwards + model.constants[0] == model.figures(values)[0]);
    });
}

TEST_CASE("no completion is below its bound, and with one variable open the bound is reached") {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const MadeSums made(seed, 2, 30);
        const std::vector<SummedFigure> figures{{"a", &made.tables[0], false}, {"b", &made.tables[1], false}};
        const auto model = pairwise_model(made.space, figures);
        CompletionBound bound(model, {1, 0.5});
        bound.fit_whole(20);
        bound.fit(bound.decoded(), 20);
        double least = std::numeric_limits<double>::infinity();
        each_assignment(model, [&](const std::vector<std::uint16_t>& values) {
            const double weight = bound.weighted(model.figures(values));
            least = std::min(least, weight);
            auto known = model.constants;
            for (std::size_t depth = 0; depth < values.size(); ++depth) {
                const std::span prefix(values.data(), depth);
                std::vector<double> bounds(model.variables[depth].values.size());
                bound.children(prefix, known, bounds);
                CHECK(bounds[values[depth]] <= weight + 1e-9);
                if (depth + 1 == values.size()) CHECK(bounds[values[depth]] == Approx(weight).margin(1e-9));
                for (std::size_t f = 0; f < 2; ++f) {
                    known[f] += model.variables[depth].figures[f][values[depth]];
                    for (const auto& edge : model.edges)
                        if (edge.second == depth && !edge.figures[f].empty())
                            known[f] += edge.figures[f][values[edge.first] * bounds.size() + values[depth]];
                }
            }
        });
        CHECK(bound.least() <= least + 1e-9);
        // The variables are few, so messages leave little.
        CHECK(bound.least() >= least - 1);
    }
}
