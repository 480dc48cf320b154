#include "space/choice_table.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "space/feasible_categories.h"
#include "space/made_categories.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::each_encoding;
using hwnas::test::made_categories;
using hwnas::test::naive;
using hwnas::test::random_term;

namespace {

/// The least over the completions of a prefix.
double least_of(const ChoiceTable& table, const Encoding& prefix) {
    double least = std::numeric_limits<double>::infinity();
    each_encoding(
        made_categories(), [&](const Encoding& e) { least = std::min(least, table(e)); }, prefix);
    return least;
}

Encoding prefix_of(Rng& rng) {
    Encoding prefix;
    for (auto length = rng.below(made_categories().choices().size() + 1); length > 0; --length)
        prefix.push_back(
            static_cast<std::uint8_t>(rng.below(made_categories().choices()[prefix.size()].values.size())));
    return prefix;
}

std::vector<ChoiceTable::Term> terms_over(const std::vector<std::vector<std::size_t>>& sets, int each, Rng& rng) {
    std::vector<ChoiceTable::Term> terms;
    for (const auto& set : sets)
        for (int i = 0; i < each; ++i) terms.push_back(random_term(made_categories(), set, rng));
    return terms;
}

std::string table_error_of(const Json& json) {
    auto document = JsonDocument::from_value(json, "made");
    (void)ChoiceTable::read(JsonValue(document), made_categories());
    return test::input_error_of([&] { document.throw_problems(); });
}

/// Five choices of 255 values: more combinations of four than a dense group has.
const CategoricalSpace& large_space() {
    static const CategoricalSpace space = [] {
        Json choices = Json::array();
        Json values = Json::array();
        for (int i = 0; i < 255; ++i) values.push_back(i);
        for (const char* name : {"a", "b", "c", "d", "e"}) choices.push_back({{"name", name}, {"values", values}});
        return test::space_of({{"name", "large"},
                               {"type", "categorical"},
                               {"choices", choices},
                               {"interchangeable", {{{"value", 3}, {"among", {"d", "e"}}}}}});
    }();
    return space;
}

}  // namespace

TEST_CASE("a table of random terms gives what adding them up gives") {
    Rng rng(7);
    const auto terms = terms_over({{0}, {1}, {3}, {2}, {0, 1}, {0, 2}, {1, 3}, {0, 1, 3}, {0, 1, 2, 3}}, 4, rng);
    const ChoiceTable table(made_categories(), "ms", 2.5, terms);
    const ChoiceTable negative = table.negated();
    each_encoding(made_categories(), [&](const Encoding& encoding) {
        CHECK(table(encoding) == Approx(naive(made_categories(), 2.5, terms, encoding)).margin(1e-12));
        CHECK(negative(encoding) == Approx(-table(encoding)).margin(1e-12));
        CHECK(table(made_categories().canonical(encoding)) == table(encoding));
    });
}

TEST_CASE("terms over too many combinations are added one by one") {
    Rng rng(8);
    std::vector<ChoiceTable::Term> terms;
    for (int i = 0; i < 40; ++i) {
        for (const auto& set : {std::vector<std::size_t>{0, 1, 2}, {1, 2, 3, 4}, {3}})
            terms.push_back(random_term(large_space(), set, rng));
        for (std::size_t k = terms.size() - 3; k < terms.size(); ++k)  // so that some hold together
            for (auto& condition : terms[k].conditions) condition.second = condition.second % 2 == 0 ? 3 : 4;
    }
    const ChoiceTable table(large_space(), "ms", -1, terms);
    const ChoiceTable negative = table.negated();
    CHECK(!table.least_is_reached());
    for (int i = 0; i < 200; ++i) {
        Encoding encoding(5);
        for (auto& value : encoding) value = static_cast<std::uint8_t>(3 + rng.below(2));
        const double expected = naive(large_space(), -1, terms, encoding);
        CHECK(table(encoding) == Approx(expected).margin(1e-12));
        CHECK(negative(encoding) == Approx(-expected).margin(1e-12));
        for (std::size_t length = 0; length < 5; ++length)
            CHECK(table.least({encoding.data(), length}) <= expected + 1e-12);
    }
}

TEST_CASE("the least of a prefix is exact where the terms' choices do not overlap") {
    Rng rng(9);
    const ChoiceTable parted(made_categories(), "ms", 1, terms_over({{1}, {0, 3}, {0}, {2}}, 5, rng));
    CHECK(parted.least_is_reached());
    const ChoiceTable one(made_categories(), "ms", 1, terms_over({{0, 1, 2, 3}, {0, 2}, {1}}, 9, rng));
    CHECK(one.least_is_reached());
    for (int i = 0; i < 100; ++i) {
        const auto prefix = prefix_of(rng);
        CHECK(parted.least(prefix) == Approx(least_of(parted, prefix)).margin(1e-12));
        CHECK(one.least(prefix) == Approx(least_of(one, prefix)).margin(1e-12));
    }
}

TEST_CASE("the least of a prefix is a lower bound where they do") {
    Rng rng(10);
    const ChoiceTable table(made_categories(), "ms", 1, terms_over({{0, 1}, {1, 2}, {0, 3}}, 6, rng));
    CHECK(!table.least_is_reached());
    for (int i = 0; i < 100; ++i) {
        const auto prefix = prefix_of(rng);
        CHECK(table.least(prefix) <= least_of(table, prefix) + 1e-12);
    }
}

TEST_CASE("a listed figure is that of the canonical encoding") {
    const auto table = ChoiceTable::listing(made_categories(), "%", [](const Encoding& encoding) {
        REQUIRE(made_categories().canonical(encoding) == encoding);
        return encoding[2] * 10.0 + encoding[3];
    });
    CHECK(table({0, 0, 0, 2}) == 20);
    CHECK(table({0, 0, 2, 0}) == 20);
    CHECK(table({0, 0, 1, 2}) == 12);
    CHECK_THAT(
        test::input_error_of([] { (void)ChoiceTable::listing(large_space(), "%", [](const auto&) { return 0.0; }); }),
        Catch::Contains("at most 4194304 encodings"));
}

TEST_CASE("a table's file is read, and what is wrong in it is told with the nearest name") {
    auto document = JsonDocument::from_value(
        {{"unit", "ms"},
         {"constant", 1},
         {"terms", {{{"if", {{"a", 6}}}, {"value", 2}}, {{"if", {{"a", 6}, {"b", "y"}}}, {"value", 4}}}}},
        "made");
    const auto table = ChoiceTable::read(JsonValue(document), made_categories());
    document.throw_problems();
    CHECK(table.unit() == "ms");
    CHECK(table({2, 1, 0, 0}) == 7);
    CHECK(table({2, 0, 0, 0}) == 3);
    CHECK(table({0, 1, 0, 0}) == 1);
    const auto wrong = table_error_of({{"unit", "ms"},
                                       {"terms",
                                        {{{"if", {{"aa", 6}}}, {"value", 2}},
                                         {{"if", {{"a", 5}}}, {"value", 2}},
                                         {{"if", Json::object()}, {"value", 2}},
                                         {{"if", {{"a", 6}}}, {"valeu", 2}}}}});
    CHECK_THAT(wrong, Catch::Contains("did you mean \"a\"?") && Catch::Contains("one of 1, 4, 6, the values of a") &&
                          Catch::Contains("at least one choice") && Catch::Contains("did you mean \"value\"?"));
}

TEST_CASE("a table with a floor is the soft maximum of two sums, its least a bound from below") {
    Rng rng(12);
    const auto terms = terms_over({{1}, {0, 3}, {0}, {2}}, 5, rng);
    for (const double exponent : {1.0, 4.0, 1000.0})
        for (const auto& floor_terms : {terms_over({{1, 2}}, 4, rng), std::vector<ChoiceTable::Term>{}}) {
            ChoiceTable table(made_categories(), "ms", 1, terms);
            table.set_floor({made_categories(), "ms", 0.8, floor_terms}, exponent);
            CHECK(table.least_is_reached() == floor_terms.empty());
            const ChoiceTable negative = table.negated();
            each_encoding(made_categories(), [&](const Encoding& encoding) {
                const double sum = std::max(naive(made_categories(), 1, terms, encoding), 0.0);
                const double floor = std::max(naive(made_categories(), 0.8, floor_terms, encoding), 0.0);
                const double expected =
                    exponent == 1000 ? std::max(sum, floor)
                                     : std::pow(std::pow(sum, exponent) + std::pow(floor, exponent), 1 / exponent);
                CHECK(table(encoding) == Approx(expected).epsilon(1e-3));
                CHECK(negative(encoding) == Approx(-table(encoding)).margin(1e-12));
                CHECK(negative.negated()(encoding) == Approx(table(encoding)).margin(1e-12));
            });
            for (int i = 0; i < 50; ++i) {
                const auto prefix = prefix_of(rng);
                CHECK(table.least(prefix) <= least_of(table, prefix) + 1e-12);
                CHECK(negative.least(prefix) <= least_of(negative, prefix) + 1e-12);
                if (floor_terms.empty()) CHECK(table.least(prefix) == Approx(least_of(table, prefix)));
            }
        }
}

TEST_CASE("a table's file may have a floor, and say what it is of and where it is from") {
    auto document = JsonDocument::from_value(
        {{"unit", "ms"},
         {"device", "made"},
         {"quantity", "amortised_latency"},
         {"source", {{"licence", "MIT"}}},
         {"held_out", {{"r2", 0.99}}},
         {"constant", 3},
         {"terms", Json::array()},
         {"floor", {{"constant", 1}, {"terms", {{{"if", {{"a", 6}}}, {"value", 3}}}}, {"exponent", 2}}}},
        "made");
    const auto table = ChoiceTable::read(JsonValue(document), made_categories());
    document.throw_problems();
    CHECK(table({2, 0, 0, 0}) == Approx(5));
    CHECK(table({0, 0, 0, 0}) == Approx(std::sqrt(10)));
    CHECK(table.about().device == "made");
    CHECK(table.about().quantity == "amortised_latency");
    CHECK(table.about().source["licence"] == "MIT");
    CHECK(table.about().held_out["r2"] == 0.99);
    CHECK_THAT(table_error_of({{"unit", "ms"}, {"terms", Json::array()}, {"floor", {{"exponent", 0.5}, {"term", 1}}}}),
               Catch::Contains("exponent") && Catch::Contains("did you mean \"terms\"?"));
}

TEST_CASE("a mask over tables is exactly what some completion makes feasible") {
    Rng rng(11);
    const ChoiceTable table(made_categories(), "ms", 0, terms_over({{0, 1, 2, 3}, {2}}, 20, rng));
    const ChoiceTable other(made_categories(), "mJ", 0, terms_over({{1}, {2}}, 3, rng));
    for (const auto& bounds : {std::vector<TableBound>{{"latency", &table, {}, 0.3}},
                               std::vector<TableBound>{{"latency", &table, 0.2, {}}}}) {
        const FeasibleCategories feasible(made_categories(), bounds);
        for (int i = 0; i < 200; ++i) {
            auto prefix = prefix_of(rng);
            if (prefix.size() == made_categories().choices().size()) continue;
            const auto mask = feasible.allowed(prefix);
            for (std::size_t value = 0; value < mask.size(); ++value) {
                auto longer = prefix;
                longer.push_back(static_cast<std::uint8_t>(value));
                bool some = false;
                each_encoding(
                    made_categories(), [&](const Encoding& e) { some = some || feasible.contains(e); }, longer);
                CHECK(mask[value] == some);
            }
        }
        for (int i = 0; i < 50; ++i) CHECK(feasible.contains(feasible.sample(rng)));
    }
    const FeasibleCategories both(made_categories(), {{"latency", &table, -0.5, 0.5}, {"energy", &other, {}, 5}});
    CHECK(both.limits_text() == "latency <= 0.5 ms, latency >= -0.5 ms, energy <= 5 mJ");
    CHECK(FeasibleCategories(made_categories(), {}).allowed({}) == std::vector<bool>(3, true));
}

TEST_CASE("a limit on a table that nothing meets is refused with what can be reached") {
    const ChoiceTable table(made_categories(), "ms", 5, {{{{0, 1}}, -2}, {{{0, 2}}, 3}});
    const auto error = [&](std::optional<double> least, std::optional<double> most) {
        return test::input_error_of([&] { FeasibleCategories(made_categories(), {{"latency", &table, least, most}}); });
    };
    CHECK(error(8, {}).empty());
    CHECK(error({}, 3).empty());
    CHECK_THAT(error({}, 2.5), Catch::Contains("constraint on latency") && Catch::Contains("at most 2.5 ms") &&
                                   Catch::Contains("the least that can be reached is 3 ms"));
    CHECK_THAT(error(9, {}),
               Catch::Contains("at least 9 ms") && Catch::Contains("the most that can be reached is 8 ms"));
}
