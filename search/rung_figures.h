#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "search/pareto_front.h"
#include "space/choice_space.h"

namespace hwnas {

/// What is known of networks with several budgets, brought to the scale of the whole one: a figure of a
/// rung is moved by what networks gained from it to the next, in the mean over those that were evaluated on both,
/// and so on to the top. Those that went on were the lucky ones too, so the others come out a little too low.
class RungFigures {
public:
    /// The last rung is the top.
    explicit RungFigures(std::size_t rungs) : figures_(rungs) {}

    /// A network's figures on a rung; again: its mean there.
    void add(std::size_t rung, const Encoding& encoding, const Point& point);
    /// Takes the gains from what is known now; until the next time they stay as they are, so that what was
    /// brought to scale is comparable.
    void settle();
    /// Whether there is a gain for each step, so that figures are on the scale of the whole budget.
    [[nodiscard]] bool reaches_top() const;
    /// The figures of a network's highest rung, brought to scale as far as there are gains; nothing where it has none.
    [[nodiscard]] std::optional<Point> whole(const Encoding& encoding) const;

private:
    struct Mean {
        Point point;
        std::int64_t count = 0;
    };
    std::vector<std::map<Encoding, Mean>> figures_;  ///< by rung
    std::vector<Point> gains_;                       ///< from a rung to the next; empty where there is none
};

}  // namespace hwnas
