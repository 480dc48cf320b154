#include "report/band_plot.h"

#include <algorithm>
#include <array>
#include <limits>

#include "report/plot_frame.h"

namespace hwnas {
namespace {

// Told apart by people who see red and green alike (Okabe and Ito, 2008).
constexpr std::array band_colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#222222"};

}  // namespace

std::string bands_svg(const std::vector<Band>& bands, const std::string& x_title, const std::string& y_title,
                      const std::vector<std::string>& notes, const PlotOptions& options) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    PlotAxis x_axis{x_title, infinity, -infinity, 1};
    PlotAxis y_axis{y_title, infinity, -infinity, 1};
    for (const auto& band : bands)
        for (const auto& at : band.positions) {
            x_axis.least = std::min(x_axis.least, at.x);
            x_axis.most = std::max(x_axis.most, at.x);
            y_axis.least = std::min({y_axis.least, at.low, at.middle});
            y_axis.most = std::max({y_axis.most, at.high, at.middle});
        }
    x_axis.least = std::min(0.0, x_axis.least);
    y_axis.widen(0.04);
    std::vector<LegendEntry> legend;
    for (std::size_t i = 0; i < bands.size(); ++i) {
        const std::string stroke = std::string("stroke=\"") + band_colours[i % band_colours.size()] + "\"";
        legend.push_back({bands[i].name, 22, [stroke](Svg& svg, double x, double y) {
                              svg.line(x, y, x + 22, y, stroke + " stroke-width=\"2.4\"");
                          }});
    }
    PlotFrame frame({.title = options.title,
                     .width = options.width,
                     .height = options.height > 0 ? options.height : 460,
                     .legend = std::move(legend),
                     .notes = notes},
                    x_axis, y_axis);
    for (std::size_t i = 0; i < bands.size(); ++i) {
        const std::string colour = band_colours[i % band_colours.size()];
        std::vector<Svg::Position> line;
        std::vector<Svg::Position> outline;
        for (const auto& at : bands[i].positions) {
            line.emplace_back(frame.x(at.x), frame.y(at.middle));
            outline.emplace_back(frame.x(at.x), frame.y(at.high));
        }
        for (auto at = bands[i].positions.rbegin(); at != bands[i].positions.rend(); ++at)
            outline.emplace_back(frame.x(at->x), frame.y(at->low));
        frame.svg().polygon(outline, "fill=\"" + colour + "\" fill-opacity=\"0.14\"");
        frame.svg().polyline(line, "fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\"");
        for (const auto& [x, y] : line) frame.svg().circle(x, y, 2.6, "fill=\"" + colour + "\"");
    }
    return frame.svg().finish();
}

}  // namespace hwnas
