#include <catch2/catch.hpp>

#include "core/rng.h"
#include "devices/cost_metrics.h"
#include "devices/made_space.h"

using namespace hwnas;
using test::input_error_of;

namespace {

Encoding random_encoding(const SearchSpace& space, Rng& rng) {
    Encoding encoding;
    for (const Choice& choice : space.choices())
        encoding.push_back(static_cast<std::uint8_t>(rng.below(choice.values.size())));
    return encoding;
}

// The slow and plain way: lower the network, cut it, look every segment up.
double summed(const Graph& graph, const CostTable& table) {
    double sum = 0;
    for (std::size_t s = 1; s < graph.segments().size(); ++s)  // the first is the input alone
        sum += table.rows.at(canonical_text(extract_segment(graph, s))).latency_ms;
    return sum;
}

}  // namespace

TEST_CASE("the latency of an architecture is the sum of its segments' rows") {
    const auto space = test::small_space();
    const auto table = test::made_table(space, true);
    const auto latency = latency_metric(space, table);
    const auto energy = energy_metric(space, table);
    Rng rng(3);
    for (int i = 0; i < 20; ++i) {
        const Encoding encoding = random_encoding(space.space(), rng);
        const double expected = summed(space.space().lower(space.canonical(encoding)), table);
        REQUIRE(latency(encoding) == Approx(expected).epsilon(1e-12));
        REQUIRE(energy(encoding) == Approx(20 * expected).epsilon(1e-12));
    }
}

TEST_CASE("missing rows are counted, some are listed, and the command that measures them is named") {
    const auto space = test::small_space();
    auto table = test::made_table(space);
    std::vector<std::string> removed;
    for (std::size_t i = 0; i < 7; ++i) {
        removed.push_back(space.segments()[3 * i].key);
        table.rows.erase(removed.back());
    }
    const std::string text = input_error_of([&] { static_cast<void>(latency_metric(space, table)); });
    REQUIRE_THAT(text, Catch::Contains("7 missing:") && Catch::Contains("and 2 more"));
    REQUIRE_THAT(text, Catch::Contains(removed[0].substr(0, 100)) && Catch::Contains(removed[4].substr(0, 100)));
    REQUIRE_THAT(text, Catch::Contains("hwnas profile DEVICE.json --space SPACE.json -o TABLE.json"));
    REQUIRE_THAT(text, Catch::Contains(space.space().name()));
}

TEST_CASE("a cost that is not positive counts as missing") {
    const auto space = test::small_space();
    auto table = test::made_table(space);
    table.rows.begin()->second.latency_ms = 0;
    REQUIRE_THAT(input_error_of([&] { static_cast<void>(latency_metric(space, table)); }),
                 Catch::Contains("1 missing:"));
}

TEST_CASE("a table without energy says so, with its reason") {
    const auto space = test::small_space();
    auto table = test::made_table(space);
    table.context["energy"] = "not measured: no powercap";
    REQUIRE_THAT(input_error_of([&] { static_cast<void>(energy_metric(space, table)); }),
                 Catch::Contains("a column energy_mj; found none (not measured: no powercap)"));
}

TEST_CASE("a table with some energies lists the others as missing") {
    const auto space = test::small_space();
    auto table = test::made_table(space, true);
    table.rows.begin()->second.energy_mj.reset();
    REQUIRE_THAT(input_error_of([&] { static_cast<void>(energy_metric(space, table)); }),
                 Catch::Contains("the energy of all") && Catch::Contains("1 missing:"));
}
