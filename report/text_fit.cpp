#include "report/text_fit.h"

#include <sstream>

#include "report/svg.h"

namespace hwnas {
namespace {

/// Without its last character, which may be several bytes.
void drop_last(std::string& text) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U) text.pop_back();
    if (!text.empty()) text.pop_back();
}

}  // namespace

std::string fitted(const std::string& words, double size, double width) {
    if (Svg::text_width(words, size) <= width) return words;
    std::string kept = words;
    while (!kept.empty() && Svg::text_width(kept + "...", size) > width) drop_last(kept);
    return kept + "...";
}

std::vector<std::string> wrapped(const std::string& words, double size, double width) {
    std::vector<std::string> lines;
    std::istringstream stream(words);
    for (std::string word; stream >> word;) {
        word = fitted(word, size, width);
        if (!lines.empty() && Svg::text_width(lines.back() + " " + word, size) <= width)
            lines.back() += " " + word;
        else
            lines.push_back(word);
    }
    return lines;
}

}  // namespace hwnas
