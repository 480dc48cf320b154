#include "report/network_picture.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "report/figures.h"
#include "report/legend.h"
#include "report/network_drawing.h"
#include "report/text_fit.h"

namespace hwnas {
namespace {

constexpr double kMargin = 24;
constexpr double kLeastPictureWidth = 720;
constexpr double kHeadingSize = 16;
constexpr double kSubtitleSize = 13;
constexpr double kRemarkSize = 12;
constexpr double kRemarkRow = 17;
constexpr std::size_t kRemarkRows = 6;  // of names
constexpr std::size_t kLongestDevice = 30;

/// How one cost is written: multiply-accumulates in thousands, millions or billions for all alike, latency in ms.
struct CostUnit {
    std::string name;  ///< `latency on cpu (ms)`
    double factor = 1;
    int decimals = 0;

    [[nodiscard]] std::string text(double cost) const { return format_figure(cost / factor, "", decimals); }
};

CostUnit unit_of(const std::vector<NetworkBlock>& blocks, const CostTable* table) {
    double most = 0;
    std::vector<double> costs;
    for (const auto& block : blocks) {
        if (!block.cost) continue;
        costs.push_back(*block.cost);
        most = std::max(most, *block.cost);
    }
    if (table != nullptr)
        return {"latency on " + shortened(table->device, kLongestDevice) + " (ms)", 1,
                std::min(4, decimals_for({&most, 1}, "ms") + 1)};
    if (most >= 1e9) return {"MACs (billions)", 1e9, 3};
    if (most >= 1e6) return {"MACs (millions)", 1e6, 2};
    return most >= 1e4 ? CostUnit{"MACs (thousands)", 1e3, 1} : CostUnit{"MACs", 1, 0};
}

std::optional<double> cost_of_one(const NetworkBlock& block) {
    if (!block.cost) return std::nullopt;
    return *block.cost / static_cast<double>(block.times);
}

std::string batch_text(const CostTable& table) {
    return table.batch == 1 ? "one image" : std::to_string(table.batch) + " images at a time";
}

std::string subtitle(const Graph& graph, const SegmentCosts* costs, const CostTable* table) {
    const auto counts = count(graph);
    std::string text = figure_with_unit(static_cast<double>(counts.parameters), "parameters") + ", " +
                       figure_with_unit(static_cast<double>(counts.macs), "MACs");
    if (costs == nullptr) return text;
    if (const auto latency = costs->latency())
        return text + ", " + figure_with_unit(*latency, "ms") + " on " + table->device + " (" + batch_text(*table) +
               ")";
    double known = 0;
    for (const auto& segment : costs->segments) known += segment.latency.value_or(0);
    return text + "; its latency on " + table->device + " is not known: " + std::to_string(costs->missing().size()) +
           " of " + std::to_string(costs->segments.size()) + " segments without a row, the others " +
           figure_with_unit(known, "ms");
}

LegendEntry ramp_entry(const CostUnit& unit, double most, bool several) {
    constexpr int steps = 24;
    constexpr double width = 5;
    return {unit.name + " of one block, 0 to " + unit.text(most) + (several ? "; of alike ones their mean" : ""),
            steps * width, [](Svg& svg, double x, double y) {
                for (int i = 0; i < steps; ++i)
                    svg.rectangle(x + i * width, y - 7, width + 0.3, 14,
                                  "fill=\"" + cost_colour(i / (steps - 1.0)) + "\"");
                svg.rectangle(x, y - 7, steps * width, 14, "fill=\"none\" stroke=\"#333333\" stroke-width=\"0.8\"");
            }};
}

LegendEntry link_entry(const std::string& words, BlockJoin join, NetworkLayout::Link::Kind kind) {
    return {words, 26, [join, kind](Svg& svg, double x, double y) {
                draw_link(svg, {kind, join, {{x, y}, {x + 26, y}}});
            }};
}

std::vector<LegendEntry> legend_of(const std::vector<NetworkBlock>& blocks, const NetworkLayout& layout,
                                   const CostUnit& unit, double most) {
    using Kind = NetworkLayout::Link::Kind;
    const auto any = [&blocks](auto holds) { return std::any_of(blocks.begin(), blocks.end(), holds); };
    std::vector<LegendEntry> legend;
    const bool alike = any([](const NetworkBlock& block) { return block.alike; });
    if (any([](const NetworkBlock& block) { return block.cost.has_value(); }))
        legend.push_back(ramp_entry(unit, most, alike));
    if (any([](const NetworkBlock& block) { return !block.cost; }))
        legend.push_back({"no row in the table", 30, [](Svg& svg, double x, double y) {
                              draw_block(svg, {x, y - 8, x + 30, y + 8}, std::nullopt);
                          }});
    legend.push_back({"width: channels that leave, " + layout.scale.words(), 30, [](Svg& svg, double x, double y) {
                          draw_link(svg, {Kind::next, BlockJoin::none, {{x + 15, y}, {x + 30, y}}});
                          draw_link(svg, {Kind::next, BlockJoin::none, {{x + 15, y}, {x, y}}});
                      }});
    legend.push_back({"height: resolution that leaves, logarithmic scale", 12, [](Svg& svg, double x, double y) {
                          draw_link(svg, {Kind::next, BlockJoin::none, {{x + 6, y}, {x + 6, y - 9}}});
                          draw_link(svg, {Kind::next, BlockJoin::none, {{x + 6, y}, {x + 6, y + 9}}});
                      }});
    const auto joins = [&](BlockJoin join) {
        return any([join](const NetworkBlock& block) { return block.join == join; });
    };
    if (joins(BlockJoin::add)) legend.push_back(link_entry("adds its input", BlockJoin::add, Kind::join));
    if (joins(BlockJoin::projected_add))
        legend.push_back(link_entry(joins(BlockJoin::add) ? "or its projection" : "adds its input's projection",
                                    BlockJoin::projected_add, Kind::join));
    if (joins(BlockJoin::concat))
        legend.push_back(
            link_entry("passes its input on, or a part of it, by concatenation", BlockJoin::concat, Kind::join));
    if (std::any_of(layout.links.begin(), layout.links.end(), [](const auto& link) { return link.kind == Kind::skip; }))
        legend.push_back(link_entry("goes past blocks", BlockJoin::none, Kind::skip));
    if (any([](const NetworkBlock& block) { return block.times > 1; }))
        legend.push_back(
            {alike ? "so many alike but for their channels" : "so many equal ones", 22,
             [](Svg& svg, double x, double y) { svg.text(x, y + 4.5, "x3", {.size = 13, .bold = true}); }});
    return legend;
}

std::string names_of(const std::vector<const SegmentCosts::Segment*>& segments) {
    std::string names;
    for (const auto* segment : segments) names += (names.empty() ? "" : ", ") + segment->name;
    return names;
}

std::vector<std::string> notes_of(const NetworkLayout& layout, const SegmentCosts* costs, double width) {
    std::vector<std::string> notes;
    if (costs != nullptr && !costs->missing().empty()) {
        notes = wrapped("Without a row: " + names_of(costs->missing()) + ".", kRemarkSize, width);
        if (notes.size() > kRemarkRows) {
            notes.resize(kRemarkRows);
            notes.back() = fitted(notes.back() + " and more", kRemarkSize, width);
        }
    }
    if (layout.links_left_out > 0)
        for (const auto& line : wrapped(std::to_string(layout.links_left_out) +
                                            (layout.links_left_out == 1 ? " connection" : " connections") +
                                            " past several blocks: no room to draw.",
                                        kRemarkSize, width))
            notes.push_back(line);
    return notes;
}

LayoutOptions layout_options(const std::vector<NetworkBlock>& blocks, const CostUnit& unit, double top) {
    LayoutOptions options;
    options.left = kMargin;
    options.top = top;
    options.cost_header = unit.name;
    double sum = 0;
    bool all = true;
    for (const auto& block : blocks) {
        sum += block.cost.value_or(0);
        all = all && block.cost.has_value();
    }
    for (const auto& block : blocks) {
        std::string words = block.cost ? unit.text(*block.cost) : "not known";
        // A share of a sum that lacks some of its terms would mislead.
        if (block.cost && all && sum > 0) words += " (" + format_figure(100 * *block.cost / sum, "%", 1) + " %)";
        options.costs.push_back(std::move(words));
    }
    return options;
}

}  // namespace

std::string network_svg(const Graph& graph, const std::string& name, const CostTable* table) {
    const auto costs = table != nullptr ? std::optional(segment_costs(graph, *table)) : std::nullopt;
    const auto* known = costs ? &*costs : nullptr;
    const auto blocks = grouped(costs ? network_blocks(graph, *costs) : network_blocks(graph));
    const auto unit = unit_of(blocks, table);
    double most = 0;
    for (const auto& block : blocks) most = std::max(most, cost_of_one(block).value_or(0));

    const auto subtitles = wrapped(subtitle(graph, known, table), kSubtitleSize, kLeastPictureWidth - 2 * kMargin);
    const double top = 44 + kRemarkRow * static_cast<double>(subtitles.size());
    const auto layout = lay_out(blocks, graph.shape(graph.input()), layout_options(blocks, unit, top));
    const double width = std::max(layout.width, kLeastPictureWidth);
    const Legend legend(legend_of(blocks, layout, unit, most), width - 2 * kMargin);
    const auto notes = notes_of(layout, known, width - 2 * kMargin);
    const double height =
        layout.height + 8 + legend.height() + 8 + kRemarkRow * static_cast<double>(notes.size()) + kMargin / 2;

    Svg svg(width, height, name);
    svg.text(kMargin, 28, fitted(name, kHeadingSize * 1.15, width - 2 * kMargin), {.size = kHeadingSize, .bold = true});
    for (std::size_t i = 0; i < subtitles.size(); ++i)
        svg.text(kMargin, 48 + kRemarkRow * static_cast<double>(i), subtitles[i],
                 {.size = kSubtitleSize, .fill = "#444444"});
    for (const auto& bracket : layout.brackets) draw_bracket(svg, bracket);
    for (const auto& link : layout.links) draw_link(svg, link);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        std::optional<std::string> colour;
        if (const auto cost = cost_of_one(blocks[i])) colour = cost_colour(most > 0 ? *cost / most : 0);
        draw_block(svg, layout.boxes[i], colour);
    }
    for (const auto& text : layout.texts) svg.text(text.x, text.y, text.words, text.style);
    legend.draw(svg, kMargin, layout.height + 8);
    double y = layout.height + 8 + legend.height() + 8 + kRemarkSize;
    for (const auto& note : notes) {
        svg.text(kMargin, y, note, {.size = kRemarkSize, .fill = "#444444"});
        y += kRemarkRow;
    }
    return svg.finish();
}

}  // namespace hwnas
