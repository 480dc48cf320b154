#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "search/exact/objective_windows.h"

namespace hwnas {

/// Partial answers, labels, that decide the same number of variables.
struct LabelBatch {
    std::size_t depth = 0;              ///< variables that are decided
    std::size_t width = 0;              ///< figures
    std::vector<std::uint16_t> values;  ///< `depth` a label
    std::vector<double> figures;        ///< `width` a label: constants, decided variables and the edges between them
    std::vector<std::uint64_t> open;    ///< windows in which completions may be new: a bit each
    std::vector<double> promise;        ///< the most by which a bound is below its window's threshold

    [[nodiscard]] std::size_t size() const { return open.size(); }
    [[nodiscard]] std::span<const std::uint16_t> values_of(std::size_t label) const {
        return {values.data() + label * depth, depth};
    }
    [[nodiscard]] std::span<const double> figures_of(std::size_t label) const {
        return {figures.data() + label * width, width};
    }
    /// Labels of a batch like this one; an empty one takes over what that is like.
    void append(const LabelBatch& other, std::span<const std::size_t> labels);
    void append(const LabelBatch& other);
};

/// The one label that decides nothing.
[[nodiscard]] LabelBatch root_label(const ObjectiveWindows& windows);

/// The children of labels [first, last) whose completions may be new: for each window at most `most` of them (more
/// where bounds are equal), those with the least bounds.
[[nodiscard]] LabelBatch expand(const ObjectiveWindows& windows, const LabelBatch& labels, std::size_t first,
                                std::size_t last, std::size_t most);

/// For each window: the least bound of labels from `first` on in which it is open; infinite where there is none.
[[nodiscard]] std::vector<double> least_bounds(const ObjectiveWindows& windows, const LabelBatch& labels,
                                               std::size_t first);

}  // namespace hwnas
