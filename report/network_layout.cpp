#include "report/network_layout.h"

#include <algorithm>
#include <cmath>

#include "report/text_fit.h"

namespace hwnas {
namespace {

constexpr double kWidest = 200;  // box
constexpr double kLowest = 18;
constexpr double kHighest = 38;
constexpr double kGap = 20;             // between boxes, for arrows and the ends of arcs
constexpr double kStageGap = 12;        // more where the resolution changes
constexpr double kArc = 16;             // room of an arc around a block
constexpr double kLane = 9;             // room of a line past several blocks
constexpr std::size_t kLanes = 8;       // at most
constexpr double kBetweenColumns = 16;  // columns of text
constexpr double kGutter = 40;          // columns of blocks
constexpr double kWordsSize = 13;
constexpr double kSmallSize = 12;
constexpr double kMostWords = 330;
constexpr double kMostName = 170;
constexpr const char* kGrey = "#666666";

/// Of the base line below a text's middle.
double base_line(double size) { return size * 0.36; }

std::string resolution_text(const Shape& shape) {
    return shape.size() == 3 ? std::to_string(shape[1]) + "x" + std::to_string(shape[2]) : std::string();
}

/// Of blocks alike but for their channels: those of the first and the last one.
std::string shape_text(const NetworkBlock& block) {
    const auto [least, most] = std::minmax(block.first_channels, block.output[0]);
    return (least != most ? std::to_string(least) + "-" : "") + std::to_string(most) +
           to_string(block.output).substr(std::to_string(block.output[0]).size());
}

std::string name_of(const NetworkBlock& block) {
    return block.times > 1 ? block.name + " to " + block.last_name : block.name;
}

/// The words of one kind of column, each fitted to a width, and the width that they need.
struct TextColumn {
    std::vector<std::string> words;
    double size = kSmallSize;
    double width = 0;
    double left = 0;

    void add(const std::string& text, double most) {
        words.push_back(fitted(text, size, most));
        width = std::max(width, Svg::text_width(words.back(), size));
    }
};

/// Rows from `first` to before `end` stand in one column of blocks.
struct Panel {
    std::size_t first = 0;
    std::size_t end = 0;
};

/// A tensor that goes past blocks; `from` is -1 for the network's input.
struct Skip {
    std::ptrdiff_t from = 0;
    std::size_t to = 0;
    std::size_t lane = 0;
};

class LayoutMaker {
public:
    LayoutMaker(const std::vector<NetworkBlock>& blocks, const Shape& input, const LayoutOptions& options)
        : blocks_(blocks), input_(input), options_(options) {
        layout_.scale = scale_of(blocks);
    }

    NetworkLayout make() {
        measure_rows();
        part_into_panels();
        choose_skips();
        measure_columns();
        for (const auto& panel : panels_) {
            place_header();
            place_rows(panel);
            place_brackets(panel);
            origin_ += panel_width_ + kGutter;
        }
        origin_ = options_.left;
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            link_rows(i);
            origin_ += panel_width_ + kGutter;
        }
        layout_.width = origin_ - kGutter + options_.left;
        return std::move(layout_);
    }

private:
    static ChannelScale scale_of(const std::vector<NetworkBlock>& blocks) {
        std::int64_t least = blocks[0].output[0];
        std::int64_t most = least;
        for (const auto& block : blocks) {
            least = std::min(least, block.output[0]);
            most = std::max(most, block.output[0]);
        }
        return {least, most, kWidest};
    }

    void measure_rows() {
        double finest = 1;
        const auto extent = [](const Shape& shape) {
            return shape.size() == 3 ? std::sqrt(static_cast<double>(shape[1] * shape[2])) : 1.0;
        };
        for (const auto& block : blocks_) finest = std::max(finest, extent(block.output));
        for (const auto& block : blocks_) {
            const double share = finest > 1 ? std::log(extent(block.output)) / std::log(finest) : 0;
            heights_.push_back(kLowest + (kHighest - kLowest) * share);
        }
    }

    [[nodiscard]] double gap_above(std::size_t row) const {
        const bool other = row > 0 && resolution_text(blocks_[row].output) != resolution_text(blocks_[row - 1].output);
        return kGap + (other ? kStageGap : 0);
    }

    void part_into_panels() {
        double total = 0;
        for (std::size_t i = 0; i < blocks_.size(); ++i) total += gap_above(i) + heights_[i];
        // A page that is a little wider than high.
        const double columns = total > options_.most_height ? std::max(2.0, std::round(std::sqrt(total / 650))) : 1;
        const double wanted = total / columns;
        double used = 0;
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            const double needed = gap_above(i) + heights_[i];
            if (panels_.empty() || (used > 0 && used + needed / 2 > wanted)) {
                panels_.push_back({i, i});
                used = 0;
            }
            panels_.back().end = i + 1;
            used += needed;
        }
    }

    [[nodiscard]] std::size_t panel_of(std::size_t row) const {
        std::size_t panel = 0;
        while (row >= panels_[panel].end) ++panel;
        return panel;
    }

    /// Gives each tensor that goes past blocks a lane in which no other one runs at the same height.
    void choose_skips() {
        std::vector<Skip> wanted;
        for (std::size_t to = 0; to < blocks_.size(); ++to) {
            if (blocks_[to].from_input && to > 0) wanted.push_back({-1, to, 0});
            for (const auto from : blocks_[to].from)
                if (from + 1 != to) wanted.push_back({static_cast<std::ptrdiff_t>(from), to, 0});
        }
        std::sort(wanted.begin(), wanted.end(), [](const Skip& a, const Skip& b) {
            return std::pair(static_cast<std::ptrdiff_t>(a.to) - a.from, a.to) <
                   std::pair(static_cast<std::ptrdiff_t>(b.to) - b.from, b.to);
        });
        for (auto skip : wanted) {
            const auto meets = [&](const Skip& other) {
                return other.lane == skip.lane && other.from < static_cast<std::ptrdiff_t>(skip.to) &&
                       skip.from < static_cast<std::ptrdiff_t>(other.to);
            };
            while (skip.lane < kLanes && std::any_of(skips_.begin(), skips_.end(), meets)) ++skip.lane;
            const bool apart =
                panel_of(skip.to) != panel_of(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, skip.from)));
            if (skip.lane == kLanes || apart) {
                ++layout_.links_left_out;
                continue;
            }
            lanes_ = std::max(lanes_, skip.lane + 1);
            skips_.push_back(skip);
        }
    }

    void measure_columns() {
        words_.size = kWordsSize;
        times_.size = kWordsSize;
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            const auto& block = blocks_[i];
            labels_.add(resolution_text(block.output), kMostName);
            times_.add(block.times > 1 ? "x" + std::to_string(block.times) : "", kMostName);
            words_.add(block.words, kMostWords);
            shapes_.add(shape_text(block), kMostName);
            costs_.add(i < options_.costs.size() ? options_.costs[i] : "", kMostName);
            names_.add(name_of(block), kMostName);
        }
        for (auto [column, header] : headers())
            column->width = std::max(column->width, Svg::text_width(header, kSmallSize) * 1.1);
        bracket_ = labels_.width + 8;
        box_left_ = bracket_ + 8 + kLane * static_cast<double>(lanes_) + kArc;
        double at = box_left_ + kWidest;
        times_.width *= 1.1;  // bold
        for (auto* column : {&times_, &words_, &shapes_, &costs_, &names_}) {
            if (column->width == 0) continue;
            at += kBetweenColumns;
            column->left = at;
            at += column->width;
        }
        panel_width_ = at;
    }

    [[nodiscard]] std::vector<std::pair<TextColumn*, std::string>> headers() {
        return {{&words_, "block"}, {&shapes_, "output"}, {&costs_, options_.cost_header}, {&names_, "segment"}};
    }

    [[nodiscard]] double axis() const { return origin_ + box_left_ + kWidest / 2; }

    void text(double x, double y, const std::string& words, const TextStyle& style) {
        if (!words.empty()) layout_.texts.push_back({x, y, words, style});
    }

    void place_header() {
        const TextStyle style{.size = kSmallSize, .fill = kGrey, .bold = true};
        for (const auto& [column, header] : headers()) {
            const bool right = column == &costs_;
            auto placed = style;
            if (right) placed.anchor = "end";
            text(origin_ + column->left + (right ? column->width : 0), options_.top + 12, header, placed);
        }
    }

    void place_rows(const Panel& panel) {
        double y = options_.top + 20;
        if (panel.first == 0) {
            text(axis(), y + kSmallSize, "input " + to_string(input_), {.size = kSmallSize, .anchor = "middle"});
            y += kSmallSize + 4;
        }

        for (std::size_t row = panel.first; row < panel.end; ++row) {
            y += row == panel.first ? kGap : gap_above(row);
            const double width = layout_.scale(blocks_[row].output[0]);
            layout_.boxes.push_back({axis() - width / 2, y, axis() + width / 2, y + heights_[row]});
            place_words(row, y + heights_[row] / 2);
            y += heights_[row];
        }
        if (panel.end == blocks_.size()) {
            y += kGap;
            text(axis(), y + kSmallSize, "output " + to_string(blocks_.back().output),
                 {.size = kSmallSize, .anchor = "middle"});
            y += kSmallSize + 4;
        }
        layout_.height = std::max(layout_.height, y + kGap);
    }

    void place_words(std::size_t row, double middle) {
        const auto place = [&](const TextColumn& column, const TextStyle& style) {
            const bool right = style.anchor == "end";
            text(origin_ + column.left + (right ? column.width : 0), middle + base_line(style.size), column.words[row],
                 style);
        };
        place(times_, {.size = kWordsSize, .bold = true});
        place(words_, {.size = kWordsSize});
        place(shapes_, {.size = kSmallSize});
        place(costs_, {.size = kSmallSize, .anchor = "end"});
        place(names_, {.size = kSmallSize, .fill = kGrey});
    }

    void place_brackets(const Panel& panel) {
        for (std::size_t first = panel.first; first < panel.end;) {
            std::size_t end = first;
            while (end < panel.end && labels_.words[end] == labels_.words[first]) ++end;
            if (!labels_.words[first].empty()) {
                const double top = layout_.boxes[first].top;
                const double bottom = layout_.boxes[end - 1].bottom;
                layout_.brackets.push_back({origin_ + bracket_, top, bottom});
                text(origin_ + labels_.width, (top + bottom) / 2 + base_line(kSmallSize), labels_.words[first],
                     {.size = kSmallSize, .anchor = "end"});
            }
            first = end;
        }
    }

    void link(NetworkLayout::Link::Kind kind, BlockJoin join, std::vector<Svg::Position> corners) {
        layout_.links.push_back({kind, join, std::move(corners)});
    }

    void link_rows(std::size_t panel_index) {
        using Kind = NetworkLayout::Link::Kind;
        const auto& panel = panels_[panel_index];
        for (std::size_t row = panel.first; row < panel.end; ++row) {
            const auto& box = layout_.boxes[row];
            const auto& from = blocks_[row].from;
            const bool follows =
                row == 0 ? blocks_[row].from_input : std::find(from.begin(), from.end(), row - 1) != from.end();
            if (follows && row == panel.first && panel_index > 0)
                link_panels(row);
            else if (follows)
                link(Kind::next, BlockJoin::none,
                     {{axis(), row == 0 ? input_text_bottom() : layout_.boxes[row - 1].bottom}, {axis(), box.top}});
            if (blocks_[row].join != BlockJoin::none) {
                const double side = box.left - 11;
                link(Kind::join, blocks_[row].join,
                     {{axis(), box.top - 8}, {side, box.top - 8}, {side, box.bottom + 7}, {axis(), box.bottom + 7}});
            }
        }
        if (panel.end == blocks_.size()) {
            const double bottom = layout_.boxes.back().bottom;
            link(Kind::next, BlockJoin::none, {{axis(), bottom}, {axis(), bottom + kGap}});
        }
        for (const auto& skip : skips_)
            if (panel_of(skip.to) == panel_index) link_skip(skip);
    }

    [[nodiscard]] double input_text_bottom() const { return options_.top + 20 + kSmallSize + 4; }

    void link_skip(const Skip& skip) {
        const double start =
            skip.from < 0 ? input_text_bottom() : layout_.boxes[static_cast<std::size_t>(skip.from)].bottom;
        const double end = layout_.boxes[skip.to].top;
        const double lane = origin_ + bracket_ + 8 + kLane * (static_cast<double>(lanes_ - skip.lane) - 0.5);
        link(NetworkLayout::Link::Kind::skip, BlockJoin::none,
             {{axis(), start},
              {axis(), start + 4},
              {lane, start + 4},
              {lane, end - 11},
              {axis(), end - 11},
              {axis(), end}});
    }

    /// From the foot of the column before, through the room between both, to this one's first block.
    void link_panels(std::size_t row) {
        const auto& before = layout_.boxes[row - 1];
        const double old_axis = axis() - panel_width_ - kGutter;
        const double between = origin_ - kGutter / 2;
        const double top = options_.top + 20 + 4;
        link(NetworkLayout::Link::Kind::next, BlockJoin::none,
             {{old_axis, before.bottom},
              {old_axis, before.bottom + kGap / 2 + 3},
              {between, before.bottom + kGap / 2 + 3},
              {between, top},
              {axis(), top},
              {axis(), layout_.boxes[row].top}});
    }

    const std::vector<NetworkBlock>& blocks_;
    const Shape& input_;
    const LayoutOptions& options_;
    NetworkLayout layout_;
    std::vector<double> heights_;
    std::vector<Panel> panels_;
    std::vector<Skip> skips_;
    std::size_t lanes_ = 0;
    TextColumn labels_, times_, words_, shapes_, costs_, names_;
    double bracket_ = 0;  // from the column's left edge, like what follows
    double box_left_ = 0;
    double panel_width_ = 0;
    double origin_ = options_.left;  // of the column at hand
};

}  // namespace

NetworkLayout lay_out(const std::vector<NetworkBlock>& blocks, const Shape& input, const LayoutOptions& options) {
    return LayoutMaker(blocks, input, options).make();
}

}  // namespace hwnas
