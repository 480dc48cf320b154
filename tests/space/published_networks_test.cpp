#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/csv.h"
#include "example_stages.h"
#include "graph/graph.h"
#include "space/compiled_space.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::source;

namespace {

/// What the reference implementations have, by a network's file name.
CsvTable references() { return read_csv(source("configs/networks/references.csv")); }

}  // namespace

TEST_CASE("published networks have the parameters and MACs of their reference implementations, exactly") {
    const auto table = references();
    REQUIRE(table.rows.size() >= 40);
    for (const auto& row : table.rows) {
        CAPTURE(row[0]);
        const auto space = SearchSpace::load(source("configs/networks/" + row[0] + ".json"));
        REQUIRE(space.choices().empty());
        const auto counts = count(space.lower({}));
        CHECK(counts.parameters == std::stoll(row[1]));
        CHECK(counts.macs == std::stoll(row[2]));
    }
}

TEST_CASE("each published network that is shipped has a reference") {
    std::set<std::string> known;
    for (const auto& row : references().rows) known.insert(row[0]);
    for (const auto& entry : std::filesystem::directory_iterator(source("configs/networks")))
        if (entry.path().extension() == ".json") CHECK(known.count(entry.path().stem().string()) == 1);
}

TEST_CASE("compound scaling of one space gives EfficientNet-B0 to B4, and nothing else") {
    const CompiledSpace compiled(SearchSpace::load(source("configs/spaces/efficientnet-compound.json")));
    CHECK(compiled.network_count() == 5);
    std::set<std::int64_t> parameters;
    for (const auto& encoding : test::all_encodings(compiled.space()))
        if (compiled.contains(encoding)) parameters.insert(count(compiled.space().lower(encoding)).parameters);
    std::set<std::int64_t> published;
    for (const auto& row : references().rows)
        if (row[0].starts_with("efficientnet-b")) published.insert(std::stoll(row[1]));
    CHECK(parameters == published);
}

TEST_CASE("Once-for-All's space has the paper's size, FBNet's nine blocks in 22 layers") {
    const CompiledSpace once(SearchSpace::load(source("configs/spaces/once-for-all.json")));
    // Section 4.1: ((3 x 3)^2 + (3 x 3)^3 + (3 x 3)^4)^5, about 2 x 10^19, for each of 25 resolutions.
    CHECK(once.network_count() == Approx(25 * std::pow(81.0 + 729.0 + 6561.0, 5)));
    const CompiledSpace fbnet(SearchSpace::load(source("configs/spaces/fbnet.json")));
    CHECK(fbnet.space().choices().size() == 22);
    CHECK(fbnet.space().encoding_count() == Approx(std::pow(9.0, 22)));  // section 3.1: 9^22, about 10^21
}

TEST_CASE("networks that were found in a space are in it") {
    const auto space = SearchSpace::load(source("configs/spaces/fbnet.json"));
    auto document = JsonDocument::load(source("configs/networks/fbnet-c.json"));
    Encoding encoding;
    for (const auto& choice : space.choices()) {
        std::string block = "skip";
        for (const auto& stage : document.root()["stages"])
            if (stage["name"].get<std::string>() + ".block" == choice.name ||
                stage["name"].get<std::string>() + ".0.block" == choice.name)
                block = stage["block"].get<std::string>();
        const auto found = std::find(choice.values.begin(), choice.values.end(), Json(block));
        REQUIRE(found != choice.values.end());
        encoding.push_back(static_cast<std::uint8_t>(found - choice.values.begin()));
    }
    const auto published = SearchSpace::load(source("configs/networks/fbnet-c.json")).lower({});
    CHECK(count(space.lower(encoding)).macs == count(published).macs);
}
