#include "report/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "report/figures.h"
#include "report/plot_frame.h"
#include "report/plot_label.h"

namespace hwnas {
namespace {

constexpr const char* kFrontColour = "#1b4f9c";
constexpr const char* kReferenceColour = "#c8500a";
constexpr const char* kTargetColour = "#3f7d3a";

/// One axis' figures, network by network.
struct Series {
    std::string key;
    std::string unit;
    Direction direction = Direction::minimize;
    std::optional<double> target;
    std::vector<double> values;

    [[nodiscard]] double worth(std::size_t i) const {
        return direction == Direction::minimize ? values[i] : -values[i];
    }
};

Series series_of(const Front& front, std::size_t objective) {
    const auto& chosen = front.objectives[objective];
    Series series{label_of(chosen), chosen.unit, chosen.direction, chosen.target, {}};
    for (std::size_t i = 0; i < front.networks.size(); ++i) series.values.push_back(front.value(i, objective));
    return series;
}

struct Pair {
    Series x, y;
};

Pair choose_axes(const Front& front) {
    const auto first = [&](Direction direction) {
        std::size_t i = 0;
        while (i < front.objectives.size() && front.objectives[i].direction != direction) ++i;
        return i;
    };
    const std::size_t count = front.objectives.size();
    std::size_t y = first(Direction::maximize);
    std::size_t x = first(Direction::minimize);
    if (y == count)
        y = 0, x = 1;  // nothing is maximised
    else if (x == count)
        x = y == 0 ? 1 : 0;  // nothing is minimised
    if (count > 1) return {series_of(front, x), series_of(front, y)};
    Series trials{"trial", "", Direction::minimize, {}, {}};
    for (const auto& network : front.networks) trials.values.push_back(static_cast<double>(network.trials.front()));
    return {trials, series_of(front, 0)};
}

/// Least and most of what must be seen, and of the rest what is not far out.
std::pair<double, double> extent_of(const Front& front, const Series& series) {
    auto sorted = series.values;
    std::sort(sorted.begin(), sorted.end());
    const double low = sorted[sorted.size() / 4];
    const double high = sorted[sorted.size() * 3 / 4];
    const double reach = 3 * (high - low);
    double least = low;
    double most = high;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
        const double value = series.values[i];
        const bool matters = front.networks[i].on_front || front.networks[i].reference;
        if (!matters && (value < low - reach || value > high + reach)) continue;
        least = std::min(least, value);
        most = std::max(most, value);
    }
    // A target is shown where that doesn't press everything else into a corner.
    if (series.target) {
        const double extent = std::max(most, *series.target) - std::min(least, *series.target);
        if (extent <= 2 * (most - least)) {
            least = std::min(least, *series.target);
            most = std::max(most, *series.target);
        }
    }
    return {least, most};
}

PlotAxis axis_of(const Front& front, const Series& series) {
    const auto [least, most] = extent_of(front, series);
    auto axis = axis_for(series.key, series.unit, least, most);
    axis.widen(0.05);
    return axis;
}

/// From grey to blue, light enough to lie behind.
std::string order_colour(double share) {
    const std::array<double, 3> early{214, 217, 222};
    const std::array<double, 3> late{112, 150, 209};
    std::array<int, 3> mixed{};
    for (std::size_t i = 0; i < 3; ++i)
        mixed[i] = static_cast<int>(std::lround(early[i] + share * (late[i] - early[i])));
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "#%02x%02x%02x", static_cast<unsigned>(mixed[0]) & 255U,
                  static_cast<unsigned>(mixed[1]) & 255U, static_cast<unsigned>(mixed[2]) & 255U);
    return text.data();
}

void draw_diamond(Svg& svg, double x, double y, double size) {
    svg.polygon({{x, y - size}, {x + size, y}, {x, y + size}, {x - size, y}},
                std::string("fill=\"") + kReferenceColour + "\" stroke=\"#ffffff\" stroke-width=\"1.2\"");
}

void draw_front_point(Svg& svg, double x, double y) {
    svg.circle(x, y, 4.8, std::string("fill=\"") + kFrontColour + "\" stroke=\"#ffffff\" stroke-width=\"1.2\"");
}

std::string front_line() { return std::string("fill=\"none\" stroke=\"") + kFrontColour + "\" stroke-width=\"1.8\""; }

std::string target_line() {
    return std::string("stroke=\"") + kTargetColour + "\" stroke-width=\"1.4\" stroke-dasharray=\"6 4\"";
}

std::vector<LegendEntry> legend_of(const Front& front, bool over_trials, bool targets) {
    std::vector<LegendEntry> legend;
    legend.push_back({"networks tried, first to last", 46, [](Svg& svg, double x, double y) {
                          for (int i = 0; i < 4; ++i)
                              svg.circle(x + 5 + 12 * i, y, 3.6, "fill=\"" + order_colour(i / 3.0) + "\"");
                      }});
    if (!front.entries.empty())
        legend.push_back({over_trials ? "best so far" : "Pareto front", 30, [](Svg& svg, double x, double y) {
                              svg.line(x, y, x + 30, y, front_line());
                              draw_front_point(svg, x + 15, y);
                          }});
    if (front.reference)
        legend.push_back({"reference", 16, [](Svg& svg, double x, double y) { draw_diamond(svg, x + 8, y, 7); }});
    if (targets)
        legend.push_back(
            {"target", 28, [](Svg& svg, double x, double y) { svg.line(x, y, x + 28, y, target_line()); }});
    return legend;
}

/// The networks that no other within the limits dominates on these two axes,
/// the best on x first.
std::vector<std::size_t> seen_front(const Front& front, const Pair& axes) {
    ParetoFront pareto;
    for (std::size_t i = 0; i < front.networks.size(); ++i)
        if (front.networks[i].within_limits)
            pareto.insert({axes.x.worth(i), axes.y.worth(i)}, static_cast<std::int64_t>(i));
    std::vector<std::size_t> seen;
    for (const auto& entry : pareto.entries()) seen.push_back(static_cast<std::size_t>(entry.id));
    return seen;
}

std::vector<Svg::Position> draw_staircase(PlotFrame& frame, const Pair& axes, const std::vector<std::size_t>& seen) {
    if (seen.empty()) return {};
    const double worst_y = axes.y.direction == Direction::maximize ? frame.bottom() : frame.top();
    const double worst_x = axes.x.direction == Direction::minimize ? frame.right() : frame.left();
    std::vector<Svg::Position> corners{{frame.x(axes.x.values[seen.front()]), worst_y}};
    for (const auto i : seen) {
        const double x = frame.x(axes.x.values[i]);
        corners.emplace_back(x, corners.back().second);
        corners.emplace_back(x, frame.y(axes.y.values[i]));
    }
    corners.emplace_back(worst_x, corners.back().second);
    corners.erase(corners.begin());
    frame.svg().polyline(corners, front_line());
    return corners;
}

void draw_targets(PlotFrame& frame, const Pair& axes, bool over_x, bool over_y) {
    const TextStyle style{.size = 12.5, .anchor = "end", .fill = kTargetColour, .halo = true};
    if (over_x) {
        const double x = frame.x(*axes.x.target);
        frame.svg().line(x, frame.top(), x, frame.bottom(), target_line());
        auto turned = style;
        turned.turned = true;
        turned.anchor = "start";
        frame.svg().text(x - 5, frame.bottom() - 8, figure_with_unit(*axes.x.target, axes.x.unit), turned);
    }
    if (over_y) {
        const double y = frame.y(*axes.y.target);
        frame.svg().line(frame.left(), y, frame.right(), y, target_line());
        frame.svg().text(frame.right() - 6, y - 5, figure_with_unit(*axes.y.target, axes.y.unit), style);
    }
}

/// Positions along lines, close enough that no label slips between them.
void add_along(std::vector<Svg::Position>& positions, const std::vector<Svg::Position>& corners) {
    for (std::size_t i = 1; i < corners.size(); ++i) {
        const auto [x1, y1] = corners[i - 1];
        const auto [x2, y2] = corners[i];
        const int steps = std::max(1, static_cast<int>(std::hypot(x2 - x1, y2 - y1) / 6));
        for (int step = 0; step <= steps; ++step)
            positions.emplace_back(x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps);
    }
}

std::string empty_picture(const Front& front, const PlotOptions& options, double height) {
    Svg svg(options.width, height, options.title);
    if (!options.title.empty()) svg.text(24, 27, options.title, {.size = 16, .bold = true});
    svg.text(options.width / 2, height / 2, "No trial is complete yet: there is nothing to show.",
             {.size = 15, .anchor = "middle", .fill = "#666666"});
    if (front.unusable_trials > 0)
        svg.text(options.width / 2, height / 2 + 24,
                 std::to_string(front.unusable_trials) + " complete without a finite figure for every objective.",
                 {.size = 13, .anchor = "middle", .fill = "#666666"});
    return svg.finish();
}

}  // namespace

std::string front_svg(const Front& front, const PlotOptions& options) {
    const double height = options.height > 0 ? options.height : 520;
    if (front.networks.empty()) return empty_picture(front, options, height);
    const auto axes = choose_axes(front);
    const auto x_axis = axis_of(front, axes.x);
    const auto y_axis = axis_of(front, axes.y);
    const auto inside = [](const PlotAxis& axis, double value) { return value >= axis.least && value <= axis.most; };
    const bool over_x = axes.x.target && inside(x_axis, *axes.x.target);
    const bool over_y = axes.y.target && inside(y_axis, *axes.y.target);

    std::vector<std::string> notes;
    if (front.objectives.size() > 2)
        notes.push_back("The front of " + std::to_string(front.objectives.size()) +
                        " objectives, seen on two; its points off the line are better on another one.");
    std::size_t outside = 0;
    for (std::size_t i = 0; i < front.networks.size(); ++i)
        if (!inside(x_axis, axes.x.values[i]) || !inside(y_axis, axes.y.values[i])) ++outside;
    if (outside > 0)
        notes.push_back(std::to_string(outside) + " of " + std::to_string(front.networks.size()) +
                        (outside == 1 ? " networks lies" : " networks lie") + " outside of this picture.");
    for (const auto* series : {&axes.x, &axes.y})
        if (series->target && !(series == &axes.x ? over_x : over_y))
            notes.push_back("The target of " + figure_with_unit(*series->target, series->unit) + " for " + series->key +
                            " lies outside of this picture.");

    PlotFrame frame({.title = options.title,
                     .width = options.width,
                     .height = height,
                     .legend = legend_of(front, front.objectives.size() == 1, over_x || over_y),
                     .notes = notes},
                    x_axis, y_axis);
    std::vector<Svg::Position> obstacles;
    const std::size_t last = std::max<std::size_t>(1, front.networks.size() - 1);
    for (std::size_t i = 0; i < front.networks.size(); ++i) {
        if (!frame.holds(axes.x.values[i], axes.y.values[i])) continue;
        obstacles.emplace_back(frame.x(axes.x.values[i]), frame.y(axes.y.values[i]));
        const double share = static_cast<double>(i) / static_cast<double>(last);
        frame.svg().circle(obstacles.back().first, obstacles.back().second, 3.6,
                           "fill=\"" + order_colour(share) + "\"");
    }
    draw_targets(frame, axes, over_x, over_y);
    const auto seen = seen_front(front, axes);
    add_along(obstacles, draw_staircase(frame, axes, seen));
    auto drawn = front.objectives.size() == 1 ? seen : front.entries;
    for (const auto i : drawn) draw_front_point(frame.svg(), frame.x(axes.x.values[i]), frame.y(axes.y.values[i]));
    if (front.reference) {
        const Svg::Position at{frame.x(axes.x.values[*front.reference]), frame.y(axes.y.values[*front.reference])};
        draw_diamond(frame.svg(), at.first, at.second, 8);
        label_beside(frame, at, front.networks[*front.reference].reference_name,
                     {.size = 13, .fill = kReferenceColour, .bold = true}, obstacles);
    }
    return frame.svg().finish();
}

}  // namespace hwnas
