#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/svg.h"

namespace hwnas {

struct LegendEntry {
    std::string words;
    double symbol_width = 20;
    std::function<void(Svg&, double x, double y)> draw;  ///< left end and middle of the symbol
};

/// Entries beside each other, in as many rows as the width asks for.
class Legend {
public:
    Legend(std::vector<LegendEntry> entries, double width);

    [[nodiscard]] double height() const;
    void draw(Svg& svg, double left, double top) const;

private:
    std::vector<LegendEntry> entries_;
    std::vector<std::vector<std::size_t>> rows_;
};

}  // namespace hwnas
