#pragma once

#include <string>
#include <vector>

#include "report/legend.h"
#include "report/svg.h"

namespace hwnas {

/// What one axis of a plot shows.
struct PlotAxis {
    std::string title;  ///< with the unit
    double least = 0;
    double most = 1;
    double factor = 1;  ///< ticks show the figure over this: 1e6 for millions

    /// A little wider on both sides, and never empty.
    void widen(double share);
};

/// `latency on cpu (ms)`; counts in thousands, millions or billions as their
/// size asks.
[[nodiscard]] PlotAxis axis_for(const std::string& key, const std::string& unit, double least, double most);

/// The paper of a plot: title, legend above the plot's area so that it covers
/// no point, grid, axes, notes underneath.
class PlotFrame {
public:
    static constexpr double note_size = 11.5;  ///< of the notes' letters, pixels
    struct Layout {
        std::string title;
        double width = 760;
        double height = 520;
        std::vector<LegendEntry> legend;
        std::vector<std::string> notes;
    };
    PlotFrame(const Layout& layout, PlotAxis x, PlotAxis y);

    [[nodiscard]] double x(double value) const;
    [[nodiscard]] double y(double value) const;
    [[nodiscard]] bool holds(double x_value, double y_value) const;
    [[nodiscard]] double left() const { return left_; }
    [[nodiscard]] double right() const { return right_; }
    [[nodiscard]] double top() const { return top_; }
    [[nodiscard]] double bottom() const { return bottom_; }
    [[nodiscard]] Svg& svg() { return svg_; }

private:
    void draw_axes();

    PlotAxis x_axis_;
    PlotAxis y_axis_;
    double left_, right_, top_, bottom_;
    Svg svg_;
};

}  // namespace hwnas
