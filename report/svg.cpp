#include "report/svg.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "core/text.h"

namespace hwnas {
namespace {

constexpr const char* kFont = "'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif";

/// Hundredths of a pixel, without trailing zeros.
std::string length(double value) {
    std::array<char, 400> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.2f", value);
    std::string text = buffer.data();
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

/// In ems, of DejaVu Sans, which is on the wide side. Of a character of several bytes, its first one counts.
double character_width(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x80) return (byte & 0xc0U) == 0x80U ? 0 : 0.84;
    if (std::string_view("ijl.,:;'| ()[]/ftrI!-").find(letter) != std::string_view::npos) return 0.4;
    if (std::string_view("mwMW%@").find(letter) != std::string_view::npos) return 0.98;
    return letter >= 'A' && letter <= 'Z' ? 0.7 : 0.635;
}

std::string attribute(const char* name, double value) { return std::string(" ") + name + "=\"" + length(value) + "\""; }

}  // namespace

std::string xml_escaped(const std::string& text) {
    std::string out;
    for (const char letter : valid_utf8(text)) {
        switch (letter) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&apos;";
                break;
            default:
                if (static_cast<unsigned char>(letter) >= 0x20)
                    out += letter;
                else
                    out += ' ';
        }
    }
    return out;
}

Svg::Svg(double width, double height, const std::string& title) {
    body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width) + attribute("height", height) +
            " viewBox=\"0 0 " + length(width) + " " + length(height) + "\" font-family=\"" + kFont + "\">\n";
    body_ += "<title>" + xml_escaped(title) + "</title>\n";
    rectangle(0, 0, width, height, "fill=\"#ffffff\"");
}

void Svg::line(double x1, double y1, double x2, double y2, const std::string& style) {
    body_ += "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2) + " " +
             style + "/>\n";
}

void Svg::shape(const char* name, const std::vector<Position>& positions, const std::string& style) {
    body_ += std::string("<") + name + " points=\"";
    for (std::size_t i = 0; i < positions.size(); ++i)
        body_ += (i == 0 ? "" : " ") + length(positions[i].first) + "," + length(positions[i].second);
    body_ += "\" " + style + "/>\n";
}

void Svg::polyline(const std::vector<Position>& positions, const std::string& style) {
    shape("polyline", positions, style);
}

void Svg::polygon(const std::vector<Position>& positions, const std::string& style) {
    shape("polygon", positions, style);
}

void Svg::circle(double x, double y, double radius, const std::string& style) {
    body_ += "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) + " " + style + "/>\n";
}

void Svg::rectangle(double x, double y, double width, double height, const std::string& style) {
    body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) + attribute("height", height) +
             " " + style + "/>\n";
}

void Svg::text(double x, double y, const std::string& words, const TextStyle& style) {
    std::string common = "<text" + attribute("x", x) + attribute("y", y) + attribute("font-size", style.size) +
                         " text-anchor=\"" + style.anchor + "\"";
    if (style.bold) common += " font-weight=\"bold\"";
    if (style.turned) common += " transform=\"rotate(-90 " + length(x) + " " + length(y) + ")\"";
    const std::string end = ">" + xml_escaped(words) + "</text>\n";
    // Drawn twice: not every renderer knows paint-order.
    if (style.halo)
        body_ += common + " fill=\"#ffffff\" stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\"" + end;
    body_ += common + " fill=\"" + style.fill + "\"" + end;
}

double Svg::text_width(const std::string& words, double size) {
    double ems = 0;
    for (const char letter : words) ems += character_width(letter);
    return ems * size;
}

}  // namespace hwnas
