#include <catch2/catch.hpp>
#include <set>

#include "space/feasible_networks.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::source;

namespace {

const CompiledSpace& space() {
    static const CompiledSpace compiled(SearchSpace::load(source("configs/spaces/mnasnet-28.json")));
    return compiled;
}

}  // namespace

TEST_CASE("sampling under a tight bound stays inside and still varies") {
    const auto parameters = parameter_metric(space());
    const double most = parameters.least().value * 1.2;
    const FeasibleNetworks feasible(space(), {{"parameters", "parameters", {}, &parameters, most}});
    Rng rng(1);
    std::set<Encoding> seen;
    for (int i = 0; i < 200; ++i) {
        const auto encoding = feasible.sample(rng);
        REQUIRE(parameters(encoding) <= most);
        seen.insert(encoding);
    }
    CHECK(seen.size() > 20);
}

TEST_CASE("the least itself is a bound that can be met") {
    const auto parameters = parameter_metric(space());
    const FeasibleNetworks feasible(space(), {{"parameters", "parameters", {}, &parameters, parameters.least().value}});
    Rng rng(1);
    CHECK(parameters(feasible.sample(rng)) == parameters.least().value);
}

TEST_CASE("a mask is exactly the set of values that some completion makes feasible") {
    const auto macs = mac_metric(space());
    const double most = macs.least().value * 2;
    const FeasibleNetworks feasible(space(), {{"macs", "MACs", {}, &macs, most}});
    Rng rng(2);
    for (int i = 0; i < 30; ++i) {
        auto encoding = feasible.sample(rng);
        const auto position = rng.below(encoding.size());
        const auto mask = feasible.allowed({encoding.data(), position});
        CHECK(mask[encoding[position]]);
        for (std::size_t value = 0; value < mask.size(); ++value) {
            if (!mask[value]) continue;
            // Keep to the masks behind it, as a sampler would: it must end inside.
            Encoding prefix(encoding.begin(), encoding.begin() + static_cast<std::ptrdiff_t>(position));
            prefix.push_back(static_cast<std::uint8_t>(value));
            while (prefix.size() < encoding.size()) {
                const auto next = feasible.allowed(prefix);
                const auto first = std::find(next.begin(), next.end(), true);
                REQUIRE(first != next.end());
                prefix.push_back(static_cast<std::uint8_t>(first - next.begin()));
            }
            REQUIRE(feasible.contains(prefix));
        }
    }
}

TEST_CASE("a bound that nothing meets is refused with the least that can be reached") {
    const auto parameters = parameter_metric(space());
    const auto text = test::input_error_of([&] {
        FeasibleNetworks(space(), {{"parameters", "parameters", {}, &parameters, 10}});
    });
    CHECK_THAT(text, Catch::Contains("at most 10 parameters") &&
                         Catch::Contains(std::to_string(static_cast<long>(parameters.least().value))));
}

TEST_CASE("bounds that can each be met but not together end with a message, not a hang") {
    const auto parameters = parameter_metric(space());
    const auto negative = CompiledMetric(space(), Fold::sum, [](const Segment& segment, std::string_view) {
        return -static_cast<double>(segment.counts.parameters);
    });
    const FeasibleNetworks feasible(space(), {{"parameters", "parameters", {}, &parameters, parameters.least().value},
                                              {"size", "parameters", {}, &negative, negative.least().value}});
    Rng rng(1);
    CHECK_THROWS_WITH(feasible.sample(rng), Catch::Contains("parameters <=") && Catch::Contains("loosen"));
}
