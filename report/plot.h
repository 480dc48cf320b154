#pragma once

#include <string>

#include "report/front.h"
#include "report/progress.h"

namespace hwnas {

struct PlotOptions {
    std::string title;   ///< above the plot; empty leaves it out
    double width = 760;  ///< pixels
    double height = 0;   ///< pixels; 0: 520 for a front, 320 for progress
};

/// An SVG picture of all networks (faint dots, darker the later they were
/// tried), the front (a staircase that bounds what it dominates), the reference
/// network and the objectives' targets. The first maximised objective stands
/// over the first minimised one; where there are no such two, the first over the
/// second, or over the number of the trial. With more than two objectives the
/// front is seen on two, and the picture says so. Networks far out (beyond three
/// interquartile ranges), unless they matter, are counted in a note, not drawn.
[[nodiscard]] std::string front_svg(const Front& front, const PlotOptions& options);

/// An SVG picture of the hypervolume over complete trials, as a share of the
/// box between ideal and reference point, which it names.
[[nodiscard]] std::string progress_svg(const Front& front, const Progress& progress, const PlotOptions& options);

}  // namespace hwnas
