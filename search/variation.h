#pragma once

#include "core/rng.h"
#include "space/feasible_set.h"

namespace hwnas {

/// Takes each choice from one of two parents, half the time each.
[[nodiscard]] Encoding crossed(const Encoding& one, const Encoding& other, Rng& rng);

/// Changes each choice with the same probability, `expected` of them in the mean and at least
/// one; the new value is uniform over the others.
[[nodiscard]] Encoding mutated(const ChoiceSpace& space, Encoding encoding, double expected, Rng& rng);

/// The encoding itself where it is feasible; otherwise as near as a walk from its first choice
/// to its last comes, or anything feasible where that walk ends nowhere. Throws as FeasibleSet::walk.
[[nodiscard]] Encoding repaired(const FeasibleSet& feasible, Encoding wanted, Rng& rng);

}  // namespace hwnas
