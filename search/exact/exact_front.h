#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <stop_token>
#include <vector>

#include "search/exact/pairwise_model.h"
#include "search/pareto_front.h"
#include "space/feasible_categories.h"

namespace hwnas {

/// Which networks of a space of choices are the best, where all figures are sums over the choices.
struct ExactQuestion {
    const CategoricalSpace* space = nullptr;
    std::vector<SummedFigure> objectives;
    std::vector<TableBound> limits;
    /// Only what is below on every axis is asked for (a maximised figure with its sign changed); infinite for none.
    Point box;
};

struct ExactSettings {
    /// What is better than known by no more of the first objective is not looked for.
    double within = 0;
    double seconds = std::numeric_limits<double>::infinity();
    /// Told now and then: partial answers looked at, seconds, entries of the front.
    std::function<void(std::uint64_t, double, std::size_t)> progress;
};

/// A front and how much is proved of it.
struct ExactAnswer {
    struct Entry {
        Encoding encoding;  ///< canonical
        Point point;        ///< by the tables; a maximised figure with its sign changed
    };
    std::vector<Entry> front;  ///< ascending on the first axis
    /// Whatever networks the front lacks, each that it does not dominate is above one of these points, or at it, on
    /// every axis. Empty: it lacks none.
    std::vector<Point> possible;
    bool complete = false;     ///< all was looked at, to within `within`
    std::uint64_t labels = 0;  ///< partial answers looked at
    double seconds = 0;
};

/// Branch and bound over the variables of a `pairwise_model`, breadth first in batches, with Lagrangian bounds in parts
/// of the objective space and dominance between partial answers that leave open the same question. Figures are compared
/// to within 1e-9 of the first objective's range, or 1e-12 of its size. Ends early when stopped, or when its time is
/// up. Throws InputError where a figure is no sum (`pairwise_model`).
[[nodiscard]] ExactAnswer exact_front(const ExactQuestion& question, const ExactSettings& settings,
                                      const std::stop_token& stop = {});

}  // namespace hwnas
