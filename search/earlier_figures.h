#pragma once

#include "search/modelled_space.h"
#include "search/strategy.h"

namespace hwnas {

/// The problem's space with what its earlier figures say: each is learned by a process of its own, and what that
/// expects of a network is a feature of it. So a search begins with what cheap figures (zero-cost proxies, say) tell of
/// any network, and its own trials say how much that is worth. Fits the processes, to at least two values each; what
/// `problem` points to must outlive the result.
[[nodiscard]] ModelledSpace with_earlier_figures(const SearchProblem& problem);

}  // namespace hwnas
