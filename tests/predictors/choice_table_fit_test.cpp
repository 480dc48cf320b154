#include "predictors/choice_table_fit.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

#include "core/rng.h"

using namespace hwnas;

namespace {

/// Two blocks, each of a width, an op and up to three layers.
const CategoricalSpace& space() {
    static const auto made = [] {
        auto document = JsonDocument::parse(R"({"name": "made", "type": "categorical", "choices": [
            {"name": "w1", "values": [1, 4, 6]}, {"name": "o1", "values": ["x", "y"]}, {"name": "l1", "values": [1, 2, 3]},
            {"name": "w2", "values": [1, 4, 6]}, {"name": "o2", "values": ["x", "y"]}, {"name": "l2", "values": [1, 2, 3]}]})",
                                            "made");
        auto read = CategoricalSpace::read(JsonValue(document));
        document.throw_problems();
        return read;
    }();
    return made;
}

double block(const Encoding& e, std::size_t first) {
    const double width = e[first] + 1.0;
    return width * (e[first + 1] + 1) + e[first + 2] * (0.3 * width + 0.2 * e[first + 1]);
}
double sum(const Encoding& e) { return 0.5 + block(e, 0) + 2 * block(e, 3); }
double floored(const Encoding& e) { return std::pow(std::pow(sum(e), 8) + std::pow(e[1] == 1 ? 9 : 7, 8), 1 / 8.0); }

template <typename Figure>
MeasuredChoices measured(Figure&& figure, double noise) {
    Rng rng(3);
    MeasuredChoices rows;
    for (int i = 0; i < 300; ++i) {
        Encoding encoding;
        for (const auto& choice : space().choices())
            encoding.push_back(static_cast<std::uint8_t>(rng.below(choice.values.size())));
        rows.figures.push_back(figure(encoding) * (1 + noise * rng.normal()));
        rows.encodings.push_back(std::move(encoding));
    }
    return rows;
}

ChoiceTable table_of(const FittedTable& fitted) {
    ChoiceTable table(space(), "ms", fitted.sum.constant, fitted.sum.terms);
    if (fitted.floor)
        table.set_floor({space(), "ms", fitted.floor->constant, fitted.floor->terms},
                        fitted.models[fitted.chosen].exponent);
    return table;
}

const std::vector<TermGroup> blocks{{{0, 1}, 2}, {{3, 4}, 5}};

}  // namespace

TEST_CASE("a sum over first and further layers is found again") {
    const auto fitted = fit_choice_table(space(), measured(sum, 0), {{"blocks", blocks, {}}});
    CHECK(fitted.models[0].held_out.count == 300);
    CHECK(fitted.models[0].held_out.r2 > 1 - 1e-9);
    const auto table = table_of(fitted);
    for (const Encoding& encoding : {Encoding{0, 0, 0, 0, 0, 0}, {2, 1, 2, 1, 0, 1}, {1, 1, 1, 2, 1, 2}})
        CHECK(table(encoding) == Approx(sum(encoding)).epsilon(1e-5));
    CHECK(table.least_is_reached());
    CHECK(table.least({}) == Approx(sum({0, 0, 0, 0, 0, 0})).epsilon(1e-5));
}

TEST_CASE("the model that tells held-out rows best is taken, and the first of equally good ones") {
    std::vector<TermGroup> each;
    for (std::size_t choice = 0; choice < 6; ++choice) each.push_back({{choice}, {}});
    const std::vector<TableModel> models{
        {"each", each, {}}, {"blocks", blocks, {}}, {"floor", blocks, TermGroup{{1}, {}}}};
    const auto additive = fit_choice_table(space(), measured(sum, 0.02), models);
    CHECK(additive.models[additive.chosen].name == "blocks");
    const auto bent = fit_choice_table(space(), measured(floored, 0.002), models);
    CHECK(bent.models[bent.chosen].name == "floor");
    CHECK(bent.models[bent.chosen].exponent == 8);
    CHECK(bent.models[2].held_out.r2 > bent.models[1].held_out.r2);
    const auto table = table_of(bent);
    for (const Encoding& encoding : {Encoding{0, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}, {2, 1, 2, 2, 1, 2}})
        CHECK(table(encoding) == Approx(floored(encoding)).epsilon(0.01));
    CHECK_THROWS_AS(fit_choice_table(space(), measured(sum, 0), {}), std::invalid_argument);
}
