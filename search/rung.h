#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "search/pareto_front.h"
#include "space/choice_space.h"

namespace hwnas {

/// The networks that were evaluated with one budget, and which of them went on to the next.
class Rung {
public:
    struct Member {
        Encoding encoding;
        Point point;                ///< the mean of its evaluations; less is better on every axis
        bool within_limits = true;  ///< of all of them
        std::int64_t trial = 0;     ///< the first one's number, whose weights it goes on with
        bool has_weights = false;
        std::int64_t evaluations = 1;
        bool went_on = false;
    };
    /// Another evaluation of a network that is there moves its figures to their mean.
    void add(Member member);
    /// Marks a network that went on; one that is not here is no matter.
    void mark(const Encoding& encoding);
    /// The best `count`, the best first, those beyond the limits last; see `front_order`.
    [[nodiscard]] std::vector<const Member*> best(std::size_t count) const;
    [[nodiscard]] const std::vector<Member>& members() const { return members_; }

private:
    std::vector<Member> members_;
    std::map<Encoding, std::size_t> index_;
    /// The last order that was asked for, while it holds.
    mutable std::vector<std::size_t> order_;
};

}  // namespace hwnas
