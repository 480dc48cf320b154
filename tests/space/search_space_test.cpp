#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <cmath>
#include <set>

#include "core/rng.h"
#include "space/compiled_metric.h"
#include "space/compiled_space.h"
#include "space/feasible_networks.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::input_error_of;
using hwnas::test::source;

namespace {

const CompiledSpace& mnasnet_28() {
    static const CompiledSpace space(SearchSpace::load(source("configs/spaces/mnasnet-28.json")));
    return space;
}

const CompiledSpace& mnasnet_imagenet() {
    static const CompiledSpace space(SearchSpace::load(source("configs/spaces/mnasnet-imagenet.json")));
    return space;
}

Encoding random_encoding(const SearchSpace& space, Rng& rng) {
    Encoding encoding;
    for (const auto& choice : space.choices())
        encoding.push_back(static_cast<std::uint8_t>(rng.below(choice.values.size())));
    return encoding;
}

}  // namespace

TEST_CASE("a block of the MnasNet space has the paper's 432 choices, and seven blocks make the space") {
    const auto& space = mnasnet_imagenet().space();
    double block = 1;
    for (const auto& choice : space.stages()[1].choices) block *= static_cast<double>(choice.values.size());
    CHECK(block == 432);
    CHECK(space.encoding_count() == Approx(std::pow(432.0, 7)));
}

TEST_CASE("the reference of the ImageNet space is MobileNetV2: torchvision's parameters and MACs") {
    const auto& space = mnasnet_imagenet().space();
    const auto counts = count(space.lower(space.reference()));
    CHECK(counts.parameters == 3504872);
    CHECK(counts.macs == 300774272);
}

TEST_CASE("every sampled architecture lowers to a valid network with the space's classes") {
    for (const auto* compiled : {&mnasnet_28(), &mnasnet_imagenet()}) {
        const auto& space = compiled->space();
        Rng rng(1);
        for (int i = 0; i < 100; ++i) {
            const Graph graph = space.lower(random_encoding(space, rng));
            REQUIRE(graph.shape(graph.output()) == Shape{space.classes()});
        }
    }
}

TEST_CASE("encoding to JSON and back is the identity") {
    const auto& space = mnasnet_28().space();
    Rng rng(2);
    for (int i = 0; i < 200; ++i) {
        const auto encoding = random_encoding(space, rng);
        auto document = JsonDocument::from_value(space.to_json(encoding), "architecture");
        REQUIRE(space.from_json(JsonValue(document)) == encoding);
        document.throw_problems();
    }
}

TEST_CASE("equal networks have one canonical encoding and one id, different ones never share") {
    const auto& compiled = mnasnet_28();
    const auto& space = compiled.space();
    Rng rng(3);
    std::map<std::string, std::string> text_of_id;
    std::map<std::string, Encoding> encoding_of_text;
    for (int i = 0; i < 3000; ++i) {
        const auto encoding = random_encoding(space, rng);
        const auto architecture = compiled.architecture(encoding);
        const auto text = canonical_text(space.lower(encoding));
        REQUIRE(canonical_text(space.lower(architecture.encoding)) == text);
        REQUIRE(compiled.canonical(architecture.encoding) == architecture.encoding);
        REQUIRE(text_of_id.try_emplace(architecture.id, text).first->second == text);
        REQUIRE(encoding_of_text.try_emplace(text, architecture.encoding).first->second == architecture.encoding);
    }
}

TEST_CASE("an id put together from segments is that of the lowered network, in every space") {
    for (const auto& file : std::filesystem::directory_iterator(source("configs/spaces"))) {
        const auto json = Json::parse(std::ifstream(file.path()));
        if (json.value("type", "") == "categorical") continue;
        INFO(file.path());
        const CompiledSpace compiled(SearchSpace::load(file.path()));
        const FeasibleNetworks all(compiled, {});
        Rng rng(5);
        for (int i = 0; i < 30; ++i) {
            const auto encoding = all.sample(rng);
            REQUIRE(compiled.architecture(encoding).id == graph_id(compiled.space().lower(encoding)));
        }
    }
}

TEST_CASE("an identity skip where shapes forbid it is the same network as none") {
    const auto& compiled = mnasnet_28();
    const auto& space = compiled.space();
    Encoding none = space.reference();
    const auto skip = [&](Encoding encoding, std::uint8_t value) {
        encoding[space.first_choice(2) + 3] = value;  // stage2.skip
        encoding[space.first_choice(2) + 5] = 0;      // one layer, which strides
        return compiled.architecture(encoding);
    };
    CHECK(skip(none, 0) == skip(none, 1));
    CHECK(space.choices()[space.first_choice(2) + 3].name == "stage2.skip");
}

TEST_CASE("the id does not depend on the order of keys in a file, and is stable") {
    const auto& space = mnasnet_28().space();
    auto document = JsonDocument::parse(
        R"({"stage4": {"layers": 0, "filters": 1.0, "skip": "identity", "se_ratio": 0, "kernel": 3, "op": "mbconv6"},
            "stage3": {"skip": "identity", "op": "mbconv6", "kernel": 3, "se_ratio": 0, "filters": 1, "layers": 0},
            "stage2": {"op": "mbconv6", "kernel": 3, "se_ratio": 0.0, "skip": "identity", "filters": 1.0, "layers": 0},
            "stage1": {"op": "sepconv", "kernel": 3, "se_ratio": 0, "skip": "identity", "filters": 1.0, "layers": 0}})",
        "architecture.json");
    const auto encoding = space.from_json(JsonValue(document));
    document.throw_problems();
    CHECK(encoding == space.reference());
    // A change of this value breaks every study and table that exists.
    CHECK(mnasnet_28().architecture(encoding).id == "538446a156e8e603");
}

TEST_CASE("a file with wrong choices names each of them and what can be chosen") {
    const auto& space = mnasnet_28().space();
    auto document = JsonDocument::from_value(space.to_json(space.reference()), "architecture.json");
    document.override_value("stage2.kernel=7");
    document.override_value("stage3.opp=conv");
    (void)space.from_json(JsonValue(document));
    const auto text = input_error_of([&] { document.throw_problems(); });
    CHECK_THAT(text, Catch::Contains("/stage2/kernel: expected one of 3, 5; found 7"));
    CHECK_THAT(text, Catch::Contains("/stage3/opp"));
}

TEST_CASE("compiled figures equal those counted from the lowered network") {
    for (const auto* compiled : {&mnasnet_28(), &mnasnet_imagenet()}) {
        const auto parameters = parameter_metric(*compiled);
        const auto macs = mac_metric(*compiled);
        const auto memory = peak_activation_metric(*compiled);
        Rng rng(4);
        for (int i = 0; i < 200; ++i) {
            const auto encoding = random_encoding(compiled->space(), rng);
            const auto counts = count(compiled->space().lower(encoding));
            REQUIRE(parameters(encoding) == static_cast<double>(counts.parameters));
            REQUIRE(macs(encoding) == static_cast<double>(counts.macs));
            REQUIRE(memory(encoding) == static_cast<double>(counts.peak_activation_bytes));
        }
    }
}

TEST_CASE("the least of a figure is reached by its architecture and by no random one missed") {
    for (const auto& metric : {parameter_metric(mnasnet_28()), peak_activation_metric(mnasnet_28())}) {
        const auto least = metric.least();
        CHECK(metric(least.encoding) == least.value);
        Rng rng(5);
        for (int i = 0; i < 20000; ++i) REQUIRE(metric(random_encoding(mnasnet_28().space(), rng)) >= least.value);
    }
}

TEST_CASE("segments are distinct, and far fewer than their uses") {
    const auto& compiled = mnasnet_28();
    std::set<std::string> keys;
    for (const auto& segment : compiled.segments()) keys.insert(segment.key);
    CHECK(keys.size() == compiled.segments().size());
    std::size_t uses = 0;
    for (const auto& table : compiled.tables())
        for (const auto& use : table.uses) uses += use.size();
    CHECK(uses > 2 * keys.size());
}

TEST_CASE("the number of networks is counted without the encodings that are the same network") {
    auto document = JsonDocument::parse(R"({
        "name": "small", "input": [1, 8, 8], "classes": 2,
        "stem": {"family": "conv", "filters": 4},
        "stages": [{"name": "a", "family": "mnasnet", "filters": 4, "layers": 1, "choices": {
            "op": ["conv"], "kernel": [3], "se_ratio": [0], "skip": ["none", "identity"],
            "filters": [1, 2], "layers": [-1, 0, 1]}}],
        "head": {"family": "classifier", "filters": 0}})",
                                        "small.json");
    const CompiledSpace compiled(SearchSpace::read(JsonValue(document)));
    document.throw_problems();
    CHECK(compiled.space().encoding_count() == 12);
    // One layer: 4 filters with or without the skip, 8 without; two layers: each filters with or without.
    CHECK(compiled.network_count() == 7);
}

TEST_CASE("problems of a space file are told together") {
    auto document = JsonDocument::parse(R"({
        "name": "bad", "input": [1, 8], "classes": 1,
        "stem": {"family": "convv", "filters": 4},
        "stages": [{"name": "a", "family": "mnasnet", "filters": 4, "layers": 1, "choices": {
            "op": ["conv", "mbconvx"], "kernel": [4], "se_ratio": [0], "skip": ["none", "none"],
            "filters": [1], "layers": [0]}}, {"name": "a", "family": "conv", "strides": 2}],
        "head": {"family": "classifier"}})",
                                        "bad.json");
    (void)SearchSpace::read(JsonValue(document));
    const auto text = input_error_of([&] { document.throw_problems(); });
    for (const char* part :
         {"three extents", "/classes", "did you mean \"conv\"?", "mbconvN", "an odd kernel", "values that differ",
          "a stage name that is not taken", "did you mean \"stride\"?", "the key \"filters\""})
        CHECK_THAT(text, Catch::Contains(part));
}
