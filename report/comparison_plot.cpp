#include <algorithm>
#include <set>

#include "report/comparison.h"
#include "report/figures.h"
#include "report/plot_frame.h"
#include "report/plot_label.h"
#include "report/text_fit.h"

namespace hwnas {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 520;
constexpr double kNoteWidth = 650;
constexpr double kLabelSize = 12.5;
constexpr double kLongestLabel = 200;
constexpr const char* kDot = "fill=\"#1f5fbf\" stroke=\"#ffffff\" stroke-width=\"1.2\"";

using MaybeColumn = std::optional<std::size_t>;

MaybeColumn first_column(const Comparison& comparison, const std::string& metric) {
    for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
        const auto& key = comparison.columns[i].key;
        if (key == metric || key.starts_with(metric + "@")) return i;
    }
    return std::nullopt;
}

std::vector<const Comparison::Row*> rows_with(const Comparison& comparison, std::size_t x, std::size_t y) {
    std::vector<const Comparison::Row*> rows;
    for (const auto& row : comparison.rows)
        if (row.values[x] && row.values[y]) rows.push_back(&row);
    return rows;
}

/// The pair of columns, across and up, that two networks or more have.
std::optional<std::pair<std::size_t, std::size_t>> choose_axes(const Comparison& comparison) {
    const auto latency = first_column(comparison, "latency");
    const auto top1 = first_column(comparison, "top1");
    const auto parameters = first_column(comparison, "parameters");
    const auto macs = first_column(comparison, "macs");
    for (const auto& [x, y] : {std::pair(latency, top1), std::pair(parameters, top1), std::pair(macs, latency)})
        if (x && y && rows_with(comparison, *x, *y).size() >= 2) return std::pair(*x, *y);
    return std::nullopt;
}

PlotAxis axis_of(const Comparison& comparison, std::size_t column, const std::vector<const Comparison::Row*>& rows) {
    double least = *rows.front()->values[column];
    double most = least;
    for (const auto* row : rows) {
        least = std::min(least, *row->values[column]);
        most = std::max(most, *row->values[column]);
    }
    auto axis = axis_for(comparison.columns[column].label_key(), comparison.columns[column].unit, least, most);
    axis.widen(0.12);
    return axis;
}

void add_lines(std::vector<std::string>& notes, const std::string& text) {
    for (const auto& line : wrapped(text, PlotFrame::note_size, kNoteWidth)) notes.push_back(line);
}

std::vector<std::string> notes_of(const Comparison& comparison, const std::vector<const Comparison::Row*>& drawn,
                                  std::size_t x, std::size_t y) {
    std::vector<std::string> notes;
    std::set<std::string> sources;
    if (comparison.columns[y].key == "top1")
        for (const auto* row : drawn) sources.insert(row->top1_source);
    std::string text;
    for (const auto& source : sources) text += (text.empty() ? "" : "; ") + source;
    if (!text.empty()) add_lines(notes, "Top-1: " + text + ".");
    if (sources.size() > 1) add_lines(notes, "Figures from different sources need not be comparable.");
    text.clear();
    for (const auto& row : comparison.rows)
        if (!row.values[x] || !row.values[y]) text += (text.empty() ? "" : ", ") + row.name;
    if (!text.empty()) add_lines(notes, "Not drawn for want of a figure: " + text + ".");
    return notes;
}

std::string scatter(const Comparison& comparison, std::size_t x, std::size_t y) {
    const auto rows = rows_with(comparison, x, y);
    const auto notes = notes_of(comparison, rows, x, y);
    PlotFrame frame({.title = "", .width = kWidth, .height = kHeight, .legend = {}, .notes = notes},
                    axis_of(comparison, x, rows), axis_of(comparison, y, rows));
    std::vector<Svg::Position> obstacles;
    for (const auto* row : rows) {
        obstacles.emplace_back(frame.x(*row->values[x]), frame.y(*row->values[y]));
        frame.svg().circle(obstacles.back().first, obstacles.back().second, 5, kDot);
    }
    // Where a label lies, no further one should.
    const auto dots = obstacles;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto words = fitted(rows[i]->name, kLabelSize, kLongestLabel);
        const auto at = label_beside(frame, dots[i], words, {.size = kLabelSize}, obstacles);
        const double half = Svg::text_width(words, kLabelSize) / 2;
        const int steps = static_cast<int>(half / 4);
        for (int step = 0; step <= steps; ++step)
            for (const double across : {-5.0, 0.0, 5.0})
                obstacles.emplace_back(at.first - half + 8 * step, at.second + across);
    }
    return frame.svg().finish();
}

/// One bar a network, as long as its multiply-accumulates.
std::string bars(const Comparison& comparison) {
    constexpr double row_height = 30;
    constexpr double top = 24;
    const auto column = comparison.column("macs");
    double most = 1;
    double names = 0;
    for (const auto& row : comparison.rows) {
        most = std::max(most, *row.values[column]);
        names = std::max(names, Svg::text_width(fitted(row.name, 13, kLongestLabel), 13));
    }
    const double left = 24 + names + 12;
    const double longest = kWidth - left - 130;
    const double bottom = top + row_height * static_cast<double>(comparison.rows.size());
    Svg svg(kWidth, bottom + 56, "networks by multiply-accumulates");
    double middle = top + row_height / 2;
    for (const auto& row : comparison.rows) {
        const double length = longest * *row.values[column] / most;
        svg.text(left - 10, middle + 4.7, fitted(row.name, 13, kLongestLabel), {.size = 13, .anchor = "end"});
        svg.rectangle(left, middle - 9, std::max(1.0, length), 18, "fill=\"#1f5fbf\"");
        svg.text(left + length + 8, middle + 4.7, format_figure(*row.values[column], "MACs", 0), {.size = 13});
        middle += row_height;
    }
    svg.line(left, top - 4, left, bottom + 4, "stroke=\"#444444\" stroke-width=\"1.2\"");
    svg.text(left, bottom + 32, figure_label("macs"), {.size = 14.5});
    return svg.finish();
}

}  // namespace

std::string comparison_svg(const Comparison& comparison) {
    const auto axes = choose_axes(comparison);
    return axes ? scatter(comparison, axes->first, axes->second) : bars(comparison);
}

}  // namespace hwnas
