#include "search/rung.h"

#include <catch2/catch.hpp>

using namespace hwnas;

namespace {

Rung::Member member(std::uint8_t network, double loss, bool within_limits = true) {
    return {{network}, {loss}, within_limits, network, true, 1, false};
}

std::vector<int> networks(const std::vector<const Rung::Member*>& members) {
    std::vector<int> found;
    for (const auto* each : members) found.push_back(each->encoding.front());
    return found;
}

}  // namespace

TEST_CASE("A rung gives its best, as many as there are") {
    Rung rung;
    for (const auto& [network, loss] : std::vector<std::pair<std::uint8_t, double>>{{1, 5}, {2, 3}, {3, 4}})
        rung.add(member(network, loss));
    CHECK(networks(rung.best(2)) == std::vector<int>{2, 3});
    CHECK(networks(rung.best(9)) == std::vector<int>{2, 3, 1});
    rung.add(member(4, 1));
    CHECK(networks(rung.best(2)) == std::vector<int>{4, 2});
}

TEST_CASE("Another evaluation of a network moves it to the mean of all") {
    Rung rung;
    rung.add(member(1, 3));
    rung.add(member(2, 4));
    rung.add(member(1, 6));
    REQUIRE(rung.members().size() == 2);
    CHECK(rung.members()[0].point == Point{4.5});
    CHECK(networks(rung.best(1)) == std::vector<int>{2});
    rung.add(member(1, 0));
    CHECK(rung.members()[0].point == Point{3});
}

TEST_CASE("What is beyond a limit comes after all that is not") {
    Rung rung;
    rung.add(member(1, 1, false));
    rung.add(member(2, 9));
    rung.add(member(3, 2, false));
    CHECK(networks(rung.best(3)) == std::vector<int>{2, 1, 3});
}

TEST_CASE("What went on is marked, and stays in the rung") {
    Rung rung;
    rung.add(member(1, 1));
    rung.mark({1});
    rung.mark({7});
    CHECK(rung.best(1).front()->went_on);
    CHECK(rung.members().size() == 1);
}
