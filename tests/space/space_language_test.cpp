#include <catch2/catch.hpp>
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/rng.h"
#include "example_stages.h"
#include "space/compiled_metric.h"
#include "space/compiled_space.h"
#include "space/families.h"
#include "space/feasible_networks.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::all_encodings;
using hwnas::test::example_stages;
using hwnas::test::input_error_of;
using hwnas::test::lowered;
using hwnas::test::space_with;

namespace {

SearchSpace space_from(const std::string& rest) {
    auto document = JsonDocument::parse(
        R"({"name": "made", "input": [1, 16, 16], "classes": 4, "stem": {"family": "conv", "filters": 8},
            "head": {"family": "classifier"}, )" +
            rest + "}",
        "made.json");
    auto space = SearchSpace::read(JsonValue(document));
    document.throw_problems();
    return space;
}

/// Compares what was compiled with lowering every encoding, and gives how many are valid.
std::size_t check_compiled(const SearchSpace& space) {
    const CompiledSpace compiled(space);
    const auto parameters = parameter_metric(compiled);
    const auto macs = mac_metric(compiled);
    const FeasibleNetworks feasible(compiled, {});
    std::map<std::string, Encoding> canonical_of_text;
    std::set<Encoding> valid_prefixes;
    std::size_t valid = 0;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& encoding : all_encodings(space)) {
        CAPTURE(space.to_json(encoding).dump());
        const auto graph = lowered(space, encoding);
        REQUIRE(compiled.contains(encoding) == graph.has_value());
        REQUIRE(feasible.contains(encoding) == graph.has_value());
        if (!graph) {
            REQUIRE(parameters(encoding) == std::numeric_limits<double>::infinity());
            continue;
        }
        ++valid;
        for (std::size_t length = 0; length <= encoding.size(); ++length)
            valid_prefixes.insert({encoding.begin(), encoding.begin() + static_cast<std::ptrdiff_t>(length)});
        const auto counts = count(*graph);
        REQUIRE(parameters(encoding) == static_cast<double>(counts.parameters));
        REQUIRE(macs(encoding) == static_cast<double>(counts.macs));
        least = std::min(least, static_cast<double>(counts.macs));
        const auto canonical = compiled.canonical(encoding);
        REQUIRE(canonical_text(space.lower(canonical)) == canonical_text(*graph));
        REQUIRE(canonical_of_text.try_emplace(canonical_text(*graph), canonical).first->second == canonical);
        REQUIRE(compiled.canonical(canonical) == canonical);
    }
    CHECK(macs.least().value == least);
    CHECK(compiled.contains(macs.least().encoding));
    CHECK(compiled.network_count() == static_cast<double>(canonical_of_text.size()));
    CHECK(compiled.contains(compiled.any()));
    // The mask of every prefix that can be completed is exact, so sampling rejects nothing.
    for (const auto& prefix : valid_prefixes) {
        if (prefix.size() == space.choices().size()) continue;
        const auto allowed = feasible.allowed(prefix);
        for (std::size_t value = 0; value < allowed.size(); ++value) {
            auto longer = prefix;
            longer.push_back(static_cast<std::uint8_t>(value));
            REQUIRE(allowed[value] == (valid_prefixes.count(longer) == 1));
        }
    }
    return valid;
}

}  // namespace

TEST_CASE("every family has an example, compiles as it lowers, and describes its fields") {
    std::set<std::string> shown;
    for (const auto& [family, fields] : example_stages()) shown.insert(family);
    for (const auto& known : block_families()) {
        CAPTURE(known.name);
        CHECK(shown.count(known.name) == 1);
        CHECK_FALSE(known.family->help().empty());
        for (const auto& field : known.family->fields()) CHECK_FALSE(field.help.empty());
    }
    for (const auto& [family, fields] : example_stages()) {
        CAPTURE(family);
        CHECK(check_compiled(space_with(family, fields)) > 0);
    }
}

TEST_CASE("combinations that a family cannot build are left out, with the reason") {
    // 3 groups do not divide the 8 channels that enter, 5 filters can't be halved.
    const auto space = space_from(R"("stages": [{"name": "a", "family": "shuffle-v2", "filters": 10, "stride": 2,
                                                 "choices": {"filters": [0.5, 1]}}])");
    CHECK(check_compiled(space) == 1);
    const CompiledSpace compiled(space);
    REQUIRE(compiled.exclusions().size() == 1);
    CHECK(compiled.exclusions()[0].stage == "a");
    CHECK(compiled.exclusions()[0].first.expected == "an even number of filters");
    CHECK_THAT(
        input_error_of([] { (void)space_from(R"("stages": [{"name": "a", "family": "shuffle-v2", "filters": 5}])"); }),
        Catch::Contains("an even number of filters") && Catch::Contains("found 5"));
}

TEST_CASE("with per_layer each layer chooses for itself, and the depth is elastic") {
    const auto space = space_from(R"("stages": [{"name": "a", "family": "inverted-residual", "filters": 8, "layers": 2,
        "per_layer": true, "choices": {"kernel": [3, 5], "expansion": [2, 3], "layers": [-1, 0, 1]}}])");
    std::vector<std::string> names;
    for (const auto& choice : space.choices()) names.push_back(choice.name);
    CHECK(names == std::vector<std::string>{"a.layers", "a.0.expansion", "a.0.kernel", "a.1.expansion", "a.1.kernel",
                                            "a.2.expansion", "a.2.kernel"});
    CHECK(check_compiled(space) == 3 * 64);
    CHECK(CompiledSpace(space).network_count() == 4 + 16 + 64);
    Encoding deep(space.choices().size(), 0);
    deep[0] = 2;
    const auto graph = space.lower(deep);
    CHECK(std::count(graph.segments().begin(), graph.segments().end(), "a.2") == 1);
}

TEST_CASE("layers that share their choices are the network of layers that each choose the same") {
    const std::string stage = R"({"name": "a", "family": "inverted-residual", "filters": 12, "layers": 3, "stride": 2,
                                  "choices": {"kernel": [3, 5]})";
    const auto together = space_from(R"("stages": [)" + stage + "}]");
    const auto apart = space_from(R"("stages": [)" + stage + R"(, "per_layer": true}])");
    CHECK(canonical_text(together.lower({1})) == canonical_text(apart.lower({1, 1, 1})));
}

TEST_CASE("a stage may choose among families, which share choices of one name") {
    const auto space = space_from(R"("stages": [{"name": "a", "family": "one-of", "filters": 8, "layers": 2,
        "choices": {"layers": [-1, 0]}, "blocks": {
            "dense": {"family": "dense", "choices": {"growth": [2, 4]}},
            "mb": {"family": "inverted-residual", "choices": {"kernel": [3, 5], "expansion": [2, 3]}},
            "nothing": {"family": "identity"},
            "wide": {"family": "separable", "choices": {"kernel": [5, 7]}}}}])");
    std::vector<std::string> names;
    for (const auto& choice : space.stages()[1].choices) names.push_back(choice.name);
    CHECK(names == std::vector<std::string>{"block", "growth", "expansion", "kernel", "layers"});
    CHECK(space.stages()[1].choices[3].values == std::vector<Json>{3, 5, 7});
    (void)check_compiled(space);
    // dense: 2 growths x 2 depths; mb: 4 x 2; nothing: 1; wide: 2 x 2.
    CHECK(CompiledSpace(space).network_count() == 4 + 8 + 1 + 4);
}

TEST_CASE("resolution, width, depth and a field can be chosen for the whole space") {
    const auto space = space_from(R"("divisor": 4, "choices": {"resolution": [12, 16], "width": [0.5, 1, 1.5],
        "depth": [1, 1.5], "activation": ["relu", "hard-swish"]},
        "stages": [{"name": "a", "family": "separable", "filters": 16, "layers": 2, "choices": {"kernel": [3, 5]}}])");
    std::vector<std::string> names;
    for (const auto& choice : space.choices()) names.push_back(choice.name);
    CHECK(names == std::vector<std::string>{"shared.resolution", "shared.width", "shared.depth", "shared.activation",
                                            "a.kernel"});
    CHECK(check_compiled(space) == 2 * 3 * 2 * 2 * 2);
    const auto graph = space.lower({0, 2, 1, 1, 0});
    CHECK(graph.shape(graph.input()) == Shape{1, 12, 12});
    CHECK(std::count_if(graph.segments().begin(), graph.segments().end(),
                        [](const auto& name) { return name.starts_with("a."); }) == 3);
    CHECK(graph.shape(graph.output() - 3)[0] == 24);  // what is pooled
}

TEST_CASE("values of a whole space's choice that build the same network are one") {
    // Rounded to multiples of 8, both widths leave 8 and 16 channels.
    const auto space = space_from(R"("divisor": 8, "choices": {"width": [0.9, 1]},
        "stages": [{"name": "a", "family": "separable", "filters": 16}])");
    CHECK(check_compiled(space) == 2);
    CHECK(CompiledSpace(space).canonical({1}) == Encoding{0});
}

TEST_CASE("any layer of a stage may stride") {
    const auto space = space_from(R"("stages": [{"name": "a", "family": "fire", "filters": 8, "layers": 3, "stride": 2,
                                                 "choices": {"stride_at": [0, -1, 7]}}])");
    CHECK(check_compiled(space) == 3);
    const auto extent = [&](const Encoding& encoding) {
        const auto graph = space.lower(encoding);
        return extract_segment(graph, 2).shape(0)[1] == extract_segment(graph, 3).shape(0)[1];
    };
    CHECK_FALSE(extent({0}));  // the first layer strides, so the second is entered smaller
    CHECK(extent({1}));
    CHECK(CompiledSpace(space).canonical({2}) == Encoding{1});  // beyond the end is the last
}

TEST_CASE("constraints hold in every network that is drawn, and reject no draw") {
    SECTION("on what enters a stage") {
        const auto space = space_from(R"("stages": [
            {"name": "a", "family": "separable", "filters": 8, "choices": {"kernel": [3, 5]}, "stride": 2},
            {"name": "b", "family": "separable", "filters": 8, "choices": {"kernel": [3, 5]}, "stride": 2}],
            "constraints": [{"where": {"kernel": 5}, "require": {"resolution": {"least": 14}}}])");
        CHECK(check_compiled(space) == 2);  // 16 enters the first, 8 the second
        CHECK_THAT(input_error_of([&] {
                       (void)space.lower({0, 1});
                   }),
                   Catch::Contains("stage \"b\"") && Catch::Contains(R"("least":14)") && Catch::Contains("8x8x8"));
    }
    SECTION("between stages") {
        const auto space = space_from(R"("stages": [
            {"name": "a", "family": "separable", "filters": 8, "choices": {"kernel": [3, 5]}},
            {"name": "between", "family": "separable", "filters": 8, "choices": {"filters": [0.5, 1]}},
            {"name": "b", "family": "separable", "filters": 8, "choices": {"kernel": [3, 5, 7]}}],
            "constraints": [{"stages": ["b"], "where": {"a.kernel": 5}, "require": {"kernel": [5, 7]}},
                            {"where": {"b.kernel": 7}, "require": {"between.filters": 1}}])");
        CHECK(check_compiled(space) == 2 + 2 + 1 + 2 + 1);
    }
    SECTION("with choices of the whole space") {
        const auto space = space_from(R"("choices": {"resolution": [8, 16], "width": [1, 2]},
            "stages": [{"name": "a", "family": "separable", "filters": 8, "choices": {"kernel": [3, 5]}}],
            "constraints": [{"where": {"shared.resolution": 8}, "require": {"width": {"most": 1.5}}},
                            {"where": {"shared.width": 2}, "require": {"a.kernel": 3}}])");
        CHECK(check_compiled(space) == 2 + 3);
    }
    SECTION("a dead end is seen before it is entered") {
        const auto space = space_from(R"("stages": [
            {"name": "a", "family": "separable", "filters": 8, "choices": {"filters": [1, 2, 3]}},
            {"name": "b", "family": "separable", "filters": 8, "choices": {"kernel": [3, 5]}}],
            "constraints": [{"stages": ["b"], "require": {"channels": {"most": 16}}}])");
        CHECK(check_compiled(space) == 4);
    }
}

TEST_CASE("constraints that nothing can keep, or that name nothing, are told") {
    const std::string stages =
        R"("stages": [{"name": "a", "family": "separable", "filters": 8, "choices": {"kernel": [3, 5]}}], )";
    CHECK_THAT(input_error_of([&] { (void)space_from(stages + R"("constraints": [{"require": {"a.kernel": 9}}])"); }),
               Catch::Contains("a.kernel"));
    CHECK_THAT(input_error_of([&] {
                   (void)space_from(stages + R"("constraints": [{"where": {"kernl": 5}, "require": {"kernel": 3}}])");
               }),
               Catch::Contains("choices that one stage has"));
    CHECK_THAT(
        input_error_of([&] {
            (void)space_from(stages + R"("constraints": [{"stages": ["z"], "require": {"kernel": {"lest": 3}}}])");
        }),
        Catch::Contains("the name of a stage") && Catch::Contains("did you mean \"least\"?"));
    CHECK_THAT(input_error_of([&] { (void)space_from(stages + R"("choices": {"wdth": [1, 2]})"); }),
               Catch::Contains("a field that some stage has"));
}

TEST_CASE("a stage takes defaults of its own family only, choice by choice") {
    const auto space = space_from(R"("stage_defaults": {"family": "separable", "filters": 8,
                                                      "choices": {"kernel": [3, 5], "activation": ["relu", "swish"]}},
        "stages": [{"name": "a"}, {"name": "b", "kernel": 7}, {"name": "c", "choices": {"kernel": [1, 3, 5]}},
                   {"name": "d", "family": "pool", "kind": "average"}])");
    std::vector<std::string> names;
    for (const auto& choice : space.choices()) names.push_back(choice.name + std::to_string(choice.values.size()));
    CHECK(names ==
          std::vector<std::string>{"a.kernel2", "a.activation2", "b.activation2", "c.kernel3", "c.activation2"});
}

TEST_CASE("blocks that no published network here has are counted by hand") {
    const auto counted = [](const std::string& fields) {
        const auto space = space_from(R"("stages": [{"name": "a", )" + fields + "}]");
        const auto graph = space.lower({});
        return count(extract_segment(graph, 2));
    };
    // 8 channels, 16 x 16: a 7 x 7 depthwise convolution, 1x1 to 48, 1x1 to 12, a batch norm behind each.
    const auto large = counted(R"("family": "large-kernel", "filters": 12)");
    CHECK(large.parameters == 49 * 8 + 2 * 8 + 8 * 48 + 2 * 48 + 48 * 12 + 2 * 12);
    CHECK(large.macs == 256 * (49 * 8 + 8 * 48 + 48 * 12));
    const auto projected = counted(R"("family": "identity", "filters": 12, "stride": 2)");
    CHECK(projected.parameters == 8 * 12 + 2 * 12);
    CHECK(projected.macs == 64 * 8 * 12);
}
