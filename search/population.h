#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "search/pareto_front.h"
#include "space/choice_space.h"

namespace hwnas {

/// The survivors of an elitist evolution: all points that none dominates, however many,
/// filled up to `size` by non-domination rank and, within the last rank, by crowding
/// distance (NSGA-II, Deb et al., IEEE TEVC 2002, section III).
class Population {
public:
    struct Member {
        Encoding encoding;
        Point point;           ///< less is better on every axis
        std::size_t rank = 0;  ///< 0: dominated by none
        double crowding = 0;   ///< the larger the lonelier; infinite at the ends of a rank
    };
    explicit Population(std::size_t size) : size_(size) {}

    /// Takes a time linear in the members, and more for the ranks that change.
    void add(Encoding encoding, Point point);
    [[nodiscard]] const std::vector<Member>& members() const { return members_; }

private:
    void insert(Member fresh);
    void crowd(std::size_t rank);

    std::size_t size_;
    std::vector<Member> members_;
    std::set<std::size_t> changed_;  ///< ranks whose crowding is not up to date
};

}  // namespace hwnas
