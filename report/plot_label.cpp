#include "report/plot_label.h"

#include <array>
#include <cmath>
#include <limits>

namespace hwnas {
namespace {

struct Box {
    double left, top, right, bottom;

    [[nodiscard]] bool holds(const Svg::Position& position) const {
        return position.first >= left && position.first <= right && position.second >= top && position.second <= bottom;
    }
};

}  // namespace

Svg::Position label_beside(PlotFrame& frame, Svg::Position at, const std::string& words, const TextStyle& style,
                           const std::vector<Svg::Position>& obstacles) {
    constexpr double kOutside = 1000;  // worse than any crowd
    constexpr double kMargin = 3;
    const double width = Svg::text_width(words, style.size) * (style.bold ? 1.15 : 1);
    const double height = style.size;
    Box best{};
    double least = std::numeric_limits<double>::infinity();
    for (const double gap : {15.0, 28.0, 44.0}) {
        const double slant = gap * 0.75;
        const std::array<Svg::Position, 8> centres{{
            {gap + width / 2, 0},
            {-gap - width / 2, 0},
            {0, gap + height / 2},
            {0, -gap - height / 2},
            {slant + width / 2, slant + height / 2},
            {slant + width / 2, -slant - height / 2},
            {-slant - width / 2, slant + height / 2},
            {-slant - width / 2, -slant - height / 2},
        }};
        for (const auto& [dx, dy] : centres) {
            const double x = at.first + dx;
            const double y = at.second + dy;
            const Box box{x - width / 2 - kMargin, y - height / 2 - kMargin, x + width / 2 + kMargin,
                          y + height / 2 + kMargin};
            double cost = gap / 40;  // near is better, where it costs nothing
            for (const auto& obstacle : obstacles) cost += box.holds(obstacle) ? 1 : 0;
            if (box.left < frame.left() || box.right > frame.right() || box.top < frame.top() ||
                box.bottom > frame.bottom())
                cost += kOutside;
            if (cost >= least) continue;
            least = cost;
            best = box;
        }
    }
    const double x = (best.left + best.right) / 2;
    const double y = (best.top + best.bottom) / 2;
    if (std::hypot(x - at.first, y - at.second) > width / 2 + 22) {  // far off: a thread shows whose it is
        const double end = x > at.first ? best.left + kMargin : best.right - kMargin;
        frame.svg().line(at.first, at.second, end, y, "stroke=\"" + style.fill + "\" stroke-width=\"0.8\"");
    }
    auto centred = style;
    centred.anchor = "middle";
    centred.halo = true;
    frame.svg().text(x, y + style.size * 0.36, words, centred);
    return {x, y};
}

}  // namespace hwnas
