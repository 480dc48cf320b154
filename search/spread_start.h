#pragma once

#include <vector>

#include "search/strategy.h"

namespace hwnas {

/// Networks to begin with, in the order of asking: spread over the strata of the first objective that is known
/// beforehand, each network as unlike those of the other strata as a sample has it. Fewer than `count` where
/// the space has no more.
[[nodiscard]] std::vector<Encoding> spread_start(const SearchProblem& problem, std::size_t count, Rng rng);

}  // namespace hwnas
