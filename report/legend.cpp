#include "report/legend.h"

#include "report/text_fit.h"

namespace hwnas {
namespace {

constexpr double kSize = 13;
constexpr double kRow = 22;
constexpr double kBehindSymbol = 7;
constexpr double kBetweenEntries = 18;

double width_of(const LegendEntry& entry) {
    return entry.symbol_width + kBehindSymbol + Svg::text_width(entry.words, kSize);
}

}  // namespace

Legend::Legend(std::vector<LegendEntry> entries, double width) : entries_(std::move(entries)) {
    double used = width;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        auto& entry = entries_[i];
        entry.words = fitted(entry.words, kSize, width - entry.symbol_width - kBehindSymbol);
        const double needed = width_of(entry) + kBetweenEntries;
        if (used + needed - kBetweenEntries > width || rows_.empty()) {
            rows_.emplace_back();
            used = 0;
        }
        rows_.back().push_back(i);
        used += needed;
    }
}

double Legend::height() const { return kRow * static_cast<double>(rows_.size()); }

void Legend::draw(Svg& svg, double left, double top) const {
    double middle = top + kRow / 2;
    for (const auto& row : rows_) {
        double at = left;
        for (const auto index : row) {
            const auto& entry = entries_[index];
            entry.draw(svg, at, middle);
            svg.text(at + entry.symbol_width + kBehindSymbol, middle + kSize * 0.36, entry.words, {.size = kSize});
            at += width_of(entry) + kBetweenEntries;
        }
        middle += kRow;
    }
}

}  // namespace hwnas
