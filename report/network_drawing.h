#pragma once

#include <optional>

#include "report/network_layout.h"

namespace hwnas {

/// From pale yellow over orange to dark red: `#rrggbb` of a share from 0 to 1.
[[nodiscard]] std::string cost_colour(double share);

/// A box of that colour; hatched where there is none.
void draw_block(Svg& svg, const NetworkLayout::Box& box, const std::optional<std::string>& colour);

/// A link with round corners, dashed for a concatenation, and the head of its arrow.
void draw_link(Svg& svg, const NetworkLayout::Link& link);

void draw_bracket(Svg& svg, const NetworkLayout::Bracket& bracket);

}  // namespace hwnas
