#include "search/population.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "core/rng.h"

using namespace hwnas;

namespace {

/// By the definitions: with each point, front after front is peeled off and all crowding distances are computed anew.
class PlainPopulation {
public:
    explicit PlainPopulation(std::size_t size) : size_(size) {}

    void add(Encoding encoding, Point point) {
        members.push_back({std::move(encoding), std::move(point)});
        const auto deepest = rank();
        for (std::size_t rank = 0; rank <= deepest; ++rank) crowd(rank);
        while (members.size() > size_) {
            const auto worst = std::min_element(members.begin(), members.end(), [](const auto& a, const auto& b) {
                return a.rank != b.rank ? a.rank > b.rank : a.crowding < b.crowding;
            });
            if (worst->rank == 0) break;
            members.erase(worst);
        }
    }

    std::vector<Population::Member> members;

private:
    /// The number of the last front.
    std::size_t rank() {
        const std::size_t open = members.size();
        for (auto& member : members) member.rank = open;
        std::size_t rank = 0;
        for (std::size_t left = members.size(); left > 0; ++rank) {
            std::vector<Population::Member*> front;
            for (auto& member : members)
                if (member.rank == open && std::none_of(members.begin(), members.end(), [&](const auto& other) {
                        return other.rank == open && dominates(other.point, member.point);
                    }))
                    front.push_back(&member);
            for (auto* member : front) member->rank = rank;
            left -= front.size();
        }
        return rank - 1;
    }

    void crowd(std::size_t rank) {
        std::vector<Population::Member*> order;
        for (auto& member : members)
            if (member.rank == rank) order.push_back(&member);
        for (auto* member : order) member->crowding = 0;
        for (std::size_t axis = 0; axis < order.front()->point.size(); ++axis) {
            std::stable_sort(order.begin(), order.end(),
                             [axis](const auto* a, const auto* b) { return a->point[axis] < b->point[axis]; });
            const double extent = order.back()->point[axis] - order.front()->point[axis];
            order.front()->crowding = order.back()->crowding = std::numeric_limits<double>::infinity();
            for (std::size_t at = 1; at + 1 < order.size() && extent > 0; ++at)
                order[at]->crowding += (order[at + 1]->point[axis] - order[at - 1]->point[axis]) / extent;
        }
    }

    std::size_t size_;
};

}  // namespace

TEST_CASE("survivors are the front, whole, and the best ranks behind it up to the size") {
    Population population(3);
    population.add({0}, {3, 3});
    population.add({1}, {1, 4});
    population.add({2}, {2, 2});
    CHECK(population.members().size() == 3);
    population.add({3}, {4, 4});  // dominated by most
    REQUIRE(population.members().size() == 3);
    for (const auto& member : population.members()) CHECK(member.encoding != Encoding{3});
    population.add({4}, {4, 1});
    population.add({5}, {5, 0.5});
    CHECK(population.members().size() == 4);  // a front of four
    for (const auto& member : population.members()) CHECK(member.rank == 0);
}

TEST_CASE("ranks and crowding are those of their definitions to the last bit, however points come") {
    for (const std::size_t axes : {1U, 2U, 3U})
        for (const std::uint64_t values : {12U, 1000U})  // with ties and equal points, and with few
            for (const bool improving : {false, true}) {
                Rng rng(axes);
                Population population(20);
                PlainPopulation plain(20);
                for (std::uint8_t n = 0; n < 200; ++n) {
                    Point point(axes);
                    for (auto& value : point) value = static_cast<double>(rng.below(values)) - (improving ? n / 10 : 0);
                    population.add({n}, point);
                    plain.add({n}, point);
                    INFO(axes << " axes of " << values << " values" << (improving ? ", ever better" : "") << ", after "
                              << n + 1 << " points");
                    const auto& members = population.members();
                    REQUIRE(members.size() == plain.members.size());
                    for (std::size_t i = 0; i < members.size(); ++i) {
                        REQUIRE(members[i].encoding == plain.members[i].encoding);
                        REQUIRE(members[i].rank == plain.members[i].rank);
                        REQUIRE(members[i].crowding == plain.members[i].crowding);
                    }
                }
            }
}
