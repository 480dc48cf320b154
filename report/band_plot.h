#pragma once

#include <string>
#include <vector>

#include "report/plot.h"

namespace hwnas {

/// A line with a band around it.
struct Band {
    struct Position {
        double x = 0;
        double low = 0;
        double middle = 0;
        double high = 0;
    };
    std::string name;
    std::vector<Position> positions;  ///< ascending in x
};

/// An SVG picture of bands that share their axes; a colour each, in their order. `notes` stand underneath. There
/// must be a position.
[[nodiscard]] std::string bands_svg(const std::vector<Band>& bands, const std::string& x_title,
                                    const std::string& y_title, const std::vector<std::string>& notes,
                                    const PlotOptions& options);

}  // namespace hwnas
