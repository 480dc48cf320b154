#pragma once

#include <string>
#include <vector>

#include "report/plot_frame.h"

namespace hwnas {

/// Writes words beside a position inside the frame, on the side where they lie
/// over the fewest obstacles. Gives their middle.
Svg::Position label_beside(PlotFrame& frame, Svg::Position at, const std::string& words, const TextStyle& style,
                           const std::vector<Svg::Position>& obstacles);

}  // namespace hwnas
