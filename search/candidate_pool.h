#pragma once

#include <optional>
#include <set>
#include <vector>

#include "search/prospects.h"

namespace hwnas {

struct PoolOptions {
    std::size_t first = 250;       ///< networks bred at first from the front
    std::size_t generations = 10;  ///< further ones, from the best of the pool
    std::size_t children = 200;    ///< of each generation
};

/// The most promising network that evolution on the model finds outside `taken`: bred from the front at first,
/// then from the most promising so far. Of each generation those are looked at closely whose rough promise is
/// greatest. Nothing where everything is taken. `rng`: of this question.
[[nodiscard]] std::optional<Encoding> best_of_pool(const SearchProblem& problem, Surrogate& surrogate,
                                                   Prospects& prospects, const std::set<Encoding>& taken,
                                                   const PoolOptions& options, Rng rng);

}  // namespace hwnas
