#pragma once

#include <cstddef>
#include <vector>

namespace hwnas {

/// An addend of a figure that some choices of a space decide.
struct FigurePart {
    std::vector<std::size_t> choices;  ///< ascending
    std::vector<double> figures;       ///< by the mixed-radix number of their values, the last varying fastest
};

}  // namespace hwnas
