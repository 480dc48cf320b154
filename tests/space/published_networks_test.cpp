#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "core/csv.h"
#include "graph/graph.h"
#include "space/search_space.h"
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
