#include "report/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace hwnas {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 12> kLabels{{
    {"top1", "top-1 accuracy"},
    {"full_top1", "top-1 accuracy after full training"},
    {"test_top1", "top-1 accuracy on the test images"},
    {"top5", "top-5 accuracy"},
    {"loss", "loss"},
    {"latency", "latency"},
    {"energy", "energy"},
    {"parameters", "parameters"},
    {"macs", "multiply-accumulates"},
    {"peak_activation_bytes", "peak activation memory"},
    {"onnx_bytes", "ONNX file size"},
    {"bytes", "size"},
}};

std::string fixed(double value, int decimals) {
    std::array<char, 400> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
    std::string text = buffer.data();
    // What rounds to zero is zero, without a sign.
    if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') text.erase(0, 1);
    return text;
}

std::string with_separators(std::string digits) {
    const std::size_t start = digits.front() == '-' ? 1 : 0;
    const std::size_t end = std::min(digits.find('.'), digits.size());
    for (std::size_t at = end; at > start + 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
    const std::string space(width - std::min(width, character_count(text)), ' ');
    return right ? space + text : text + space;
}

std::string escaped_bars(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
    return text;
}

}  // namespace

std::string figure_label(const std::string& key) {
    const auto at = key.find('@');
    const auto name = key.substr(0, at);
    const auto* known =
        std::find_if(kLabels.begin(), kLabels.end(), [&](const auto& label) { return name == label.first; });
    if (known == kLabels.end()) return key;
    return at == std::string::npos ? known->second : known->second + (" on " + key.substr(at + 1));
}

bool is_count(const std::string& unit) {
    return unit == "parameters" || unit == "MACs" || unit == "bytes" || unit == "images";
}

int decimals_for(std::span<const double> values, const std::string& unit) {
    if (is_count(unit)) return 0;
    if (unit == "%") return 2;
    double least = 0;
    for (const double value : values)
        if (value != 0 && std::isfinite(value) && (least == 0 || std::abs(value) < least)) least = std::abs(value);
    if (least == 0) return 0;
    return std::clamp(2 - static_cast<int>(std::floor(std::log10(least))), 0, 6);
}

std::string format_count(std::int64_t count) { return format_figure(static_cast<double>(count), "parameters", 0); }

std::string format_figure(double value, const std::string& unit, int decimals) {
    if (!std::isfinite(value)) return std::isnan(value) ? "NaN" : value > 0 ? "inf" : "-inf";
    const auto text = fixed(value, decimals);
    return is_count(unit) ? with_separators(text) : text;
}

std::string figure_with_unit(double value, const std::string& unit) {
    const auto text = format_figure(value, unit, decimals_for({&value, 1}, unit));
    return unit.empty() ? text : text + " " + unit;
}

std::size_t character_count(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

std::string format_table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows,
                         TableStyle style) {
    const bool markdown = style == TableStyle::markdown;
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& column : columns) lines[0].push_back(column.header);
    lines.insert(lines.end(), rows.begin(), rows.end());
    std::vector<std::size_t> widths(columns.size(), 3);  // markdown's rule takes three
    for (auto& line : lines)
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (markdown) line[i] = escaped_bars(line[i]);
            widths[i] = std::max(widths[i], character_count(line[i]));
        }
    std::string text;
    const auto add_line = [&](const std::vector<std::string>& cells) {
        std::string line = markdown ? "| " : "";
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i > 0) line += markdown ? " | " : "  ";
            line += padded(cells[i], widths[i], columns[i].right);
        }
        if (markdown) line += " |";
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    };
    add_line(lines[0]);
    std::vector<std::string> rule;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        rule.emplace_back(widths[i], '-');
        if (markdown && columns[i].right) rule.back().back() = ':';
    }
    add_line(rule);
    for (std::size_t i = 1; i < lines.size(); ++i) add_line(lines[i]);
    return text;
}

}  // namespace hwnas
