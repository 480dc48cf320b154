#include "devices/table_difference.h"

#include <catch2/catch.hpp>

using namespace hwnas;

namespace {

CostTable table(const std::string& device, const std::map<std::string, double>& latencies) {
    CostTable table;
    table.device = device;
    for (const auto& [key, latency] : latencies) table.rows[key].latency_ms = latency;
    return table;
}

}  // namespace

TEST_CASE("two tables are compared over the rows that both have") {
    const auto first = table("a", {{"s1", 1}, {"s2", 2}, {"s3", 3}, {"only", 1}});
    auto second = table("b", {{"s1", 2}, {"s2", 4}, {"s3", 12}, {"other", 1}, {"more", 1}});
    second.threads = 2;
    const auto difference = table_difference(first, second, 2);
    REQUIRE(difference.only_in_first == 1);
    REQUIRE(difference.only_in_second == 2);
    REQUIRE(difference.latency.count == 3);
    REQUIRE(difference.median_ratio == 2);
    REQUIRE(difference.least_ratio == 2);
    REQUIRE(difference.most_ratio == 4);
    REQUIRE(difference.latency.kendall_tau == Approx(1));
    REQUIRE(difference.farthest.size() == 2);
    REQUIRE(difference.farthest.front().segment == "s3");
    REQUIRE(difference.settings == std::vector<std::string>{"device: \"a\", \"b\"", "threads: 1, 2"});
}

TEST_CASE("what only one device can run is counted and not compared") {
    const auto first = table("a", {{"s1", 1}, {"s2", 2}});
    auto second = table("a", {{"s1", 1}});
    second.rows["s2"].unsupported = "no kernel";
    const auto difference = table_difference(first, second);
    REQUIRE(difference.unsupported_in_one == 1);
    REQUIRE(difference.latency.count == 1);
    REQUIRE(difference.settings.empty());
}

TEST_CASE("tables without a common row have nothing to compare") {
    const auto difference = table_difference(table("a", {{"s1", 1}}), table("a", {{"s2", 1}}));
    REQUIRE(difference.latency.count == 0);
    REQUIRE(difference.farthest.empty());
}
