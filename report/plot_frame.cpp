#include "report/plot_frame.h"

#include <algorithm>
#include <cmath>

#include "report/figures.h"
#include "report/ticks.h"

namespace hwnas {
namespace {

constexpr double kTitleSize = 16;
constexpr double kAxisTitleSize = 14.5;
constexpr double kTickSize = 13;
constexpr double kNoteRow = 16;
constexpr double kLeft = 78;
constexpr double kRight = 26;
constexpr const char* kGrid = "stroke=\"#e9e9e9\" stroke-width=\"1\"";
constexpr const char* kAxis = "stroke=\"#444444\" stroke-width=\"1.2\" stroke-linecap=\"square\"";

double legend_top(const PlotFrame::Layout& layout) { return layout.title.empty() ? 8 : 36; }

double top_of(const PlotFrame::Layout& layout) {
    return legend_top(layout) + Legend(layout.legend, layout.width - kLeft - kRight).height() + 12;
}

}  // namespace

void PlotAxis::widen(double share) {
    double extent = most - least;
    if (!(extent > 0)) {
        extent = std::max(std::abs(most) * 0.1, 1e-9);
        least -= extent / 2;
        most += extent / 2;
        return;
    }
    least -= share * extent;
    most += share * extent;
}

PlotAxis axis_for(const std::string& key, const std::string& unit, double least, double most) {
    PlotAxis axis{"", least, most, 1};
    std::string shown = unit;
    if (is_count(unit)) {
        const bool bytes = unit == "bytes";
        const double size = std::max(std::abs(least), std::abs(most));
        if (unit == "parameters") shown.clear();
        if (size >= 1e9)
            axis.factor = 1e9, shown = bytes ? "GB" : "billions";
        else if (size >= 1e6)
            axis.factor = 1e6, shown = bytes ? "MB" : "millions";
        else if (size >= 1e4)
            axis.factor = 1e3, shown = bytes ? "kB" : "thousands";
    }
    axis.title = figure_label(key) + (shown.empty() ? "" : " (" + shown + ")");
    return axis;
}

PlotFrame::PlotFrame(const Layout& layout, PlotAxis x, PlotAxis y)
    : x_axis_(std::move(x)),
      y_axis_(std::move(y)),
      left_(kLeft),
      right_(layout.width - kRight),
      top_(top_of(layout)),
      bottom_(layout.height - 58 - kNoteRow * static_cast<double>(layout.notes.size())),
      svg_(layout.width, layout.height, layout.title) {
    if (!layout.title.empty()) svg_.text(left_, 27, layout.title, {.size = kTitleSize, .bold = true});
    Legend(layout.legend, right_ - left_).draw(svg_, left_, legend_top(layout));
    draw_axes();
    double base = bottom_ + 64;
    for (const auto& note : layout.notes) {
        svg_.text(left_, base, note, {.size = note_size, .fill = "#666666"});
        base += kNoteRow;
    }
}

double PlotFrame::x(double value) const {
    return left_ + (value - x_axis_.least) / (x_axis_.most - x_axis_.least) * (right_ - left_);
}

double PlotFrame::y(double value) const {
    return bottom_ - (value - y_axis_.least) / (y_axis_.most - y_axis_.least) * (bottom_ - top_);
}

bool PlotFrame::holds(double x_value, double y_value) const {
    return x_value >= x_axis_.least && x_value <= x_axis_.most && y_value >= y_axis_.least && y_value <= y_axis_.most;
}

void PlotFrame::draw_axes() {
    const auto ticks_of = [](const PlotAxis& axis, int wanted) {
        return nice_ticks(axis.least / axis.factor, axis.most / axis.factor, wanted);
    };
    const auto x_ticks = ticks_of(x_axis_, static_cast<int>((right_ - left_) / 95));
    const auto y_ticks = ticks_of(y_axis_, static_cast<int>(std::max(3.0, (bottom_ - top_) / 52)));
    const auto x_labels = tick_labels(x_ticks);
    const auto y_labels = tick_labels(y_ticks);
    for (std::size_t i = 0; i < x_ticks.size(); ++i) {
        const double at = x(x_ticks[i] * x_axis_.factor);
        svg_.line(at, top_, at, bottom_, kGrid);
        svg_.line(at, bottom_, at, bottom_ + 5, kAxis);
        svg_.text(at, bottom_ + 20, x_labels[i], {.size = kTickSize, .anchor = "middle"});
    }
    for (std::size_t i = 0; i < y_ticks.size(); ++i) {
        const double at = y(y_ticks[i] * y_axis_.factor);
        svg_.line(left_, at, right_, at, kGrid);
        svg_.line(left_ - 5, at, left_, at, kAxis);
        svg_.text(left_ - 9, at + kTickSize * 0.36, y_labels[i], {.size = kTickSize, .anchor = "end"});
    }
    svg_.line(left_, bottom_, right_, bottom_, kAxis);
    svg_.line(left_, top_, left_, bottom_, kAxis);
    svg_.text((left_ + right_) / 2, bottom_ + 43, x_axis_.title, {.size = kAxisTitleSize, .anchor = "middle"});
    svg_.text(22, (top_ + bottom_) / 2, y_axis_.title, {.size = kAxisTitleSize, .anchor = "middle", .turned = true});
}

}  // namespace hwnas
