#pragma once

#include "search/exact/label_batch.h"

namespace hwnas {

/// Whether labels of a depth can be compared: some decided variable acts upon no open one.
[[nodiscard]] bool comparable(const PairwiseModel& model, std::size_t depth);

/// Drops each label that another one makes superfluous: with the same values of all variables that act upon open ones,
/// it is better nowhere. Of a figure with a limit that can't be missed any more, no more is better.
void drop_dominated(LabelBatch& labels, const ObjectiveWindows& windows);

}  // namespace hwnas
