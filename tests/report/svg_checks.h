#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "report/svg.h"

namespace hwnas::test {

inline std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

/// What is wrong with a document of elements, attributes and text, as far as
/// our pictures have them; empty where nothing is.
inline std::string xml_problem(const std::string& text) {
    std::vector<std::string> open;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == '&') {
            const auto end = text.find(';', at);
            if (end == std::string::npos || end - at > 6) return "a bare & at " + std::to_string(at);
            at = end;
        } else if (text[at] == '<') {
            const bool closing = text[at + 1] == '/';
            const auto end = text.find('>', at);
            if (end == std::string::npos) return "an open tag at " + std::to_string(at);
            const auto tag = text.substr(at + 1, end - at - 1);
            if (tag.find('<') != std::string::npos) return "a < in tag " + tag;
            if (occurrences(tag, "\"") % 2 != 0) return "odd quotes in tag " + tag;
            if (closing) {
                if (open.empty() || "/" + open.back() != tag) return "a wrong end " + tag;
                open.pop_back();
            } else if (tag.back() != '/') {
                open.push_back(tag.substr(0, tag.find(' ')));
            }
            at = end;
        } else if (text[at] == '>') {
            return "a bare > at " + std::to_string(at);
        } else if (static_cast<unsigned char>(text[at]) < 0x20 && text[at] != '\n') {
            return "a control character at " + std::to_string(at);
        }
        ++at;
    }
    return open.empty() ? "" : "no end of " + open.back();
}

inline void require_picture(const std::string& svg) {
    REQUIRE(svg.substr(0, 38) == "<svg xmlns=\"http://www.w3.org/2000/svg");
    REQUIRE(xml_problem(svg).empty());
    REQUIRE(svg.find("nan") == std::string::npos);
    REQUIRE(svg.find("inf") == std::string::npos);
}

/// A rectangle of a picture: `<rect>`, or what a `<text>` covers, roughly.
struct Extent {
    double left = 0, top = 0, right = 0, bottom = 0;
    std::string what;

    [[nodiscard]] bool meets(const Extent& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
    [[nodiscard]] bool inside(const Extent& other) const {
        return left >= other.left && right <= other.right && top >= other.top && bottom <= other.bottom;
    }
};

inline std::string attribute_of(const std::string& tag, const std::string& name) {
    const auto from = tag.find(" " + name + "=\"");
    if (from == std::string::npos) return {};
    const auto begin = from + name.size() + 3;
    return tag.substr(begin, tag.find('"', begin) - begin);
}

/// All elements of a name, each as its tag, with the text behind it.
inline std::vector<std::pair<std::string, std::string>> elements_of(const std::string& svg, const std::string& name) {
    std::vector<std::pair<std::string, std::string>> elements;
    for (auto at = svg.find("<" + name + " "); at != std::string::npos; at = svg.find("<" + name + " ", at + 1)) {
        const auto end = svg.find('>', at);
        elements.emplace_back(svg.substr(at, end - at), svg.substr(end + 1, svg.find('<', end) - end - 1));
    }
    return elements;
}

inline std::string unescaped(std::string text) {
    for (const auto& [name, letter] : {std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("&quot;", "\""),
                                       std::pair("&apos;", "'"), std::pair("&amp;", "&")})
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
            text.replace(at, std::string(name).size(), letter);
    return text;
}

inline std::vector<Extent> texts_of(const std::string& svg) {
    std::vector<Extent> texts;
    for (const auto& [tag, words] : elements_of(svg, "text")) {
        const auto number = [&tag = tag](const char* name) { return std::stod(attribute_of(tag, name)); };
        const double size = number("font-size");
        const double width = Svg::text_width(unescaped(words), size);
        const auto anchor = attribute_of(tag, "text-anchor");
        const double left = number("x") - (anchor == "end" ? width : anchor == "middle" ? width / 2 : 0);
        texts.push_back({left, number("y") - 0.75 * size, left + width, number("y") + 0.2 * size, words});
    }
    return texts;
}

inline std::vector<Extent> rectangles_of(const std::string& svg) {
    std::vector<Extent> rectangles;
    for (const auto& [tag, words] : elements_of(svg, "rect")) {
        const auto number = [&tag = tag](const char* name) { return std::stod(attribute_of(tag, name)); };
        rectangles.push_back(
            {number("x"), number("y"), number("x") + number("width"), number("y") + number("height"), tag});
    }
    return rectangles;
}

/// All texts and rectangles lie on the page, and no text lies on another one.
inline void require_tidy(const std::string& svg) {
    require_picture(svg);
    const auto rectangles = rectangles_of(svg);
    const auto texts = texts_of(svg);
    for (const auto& rectangle : rectangles) REQUIRE(rectangle.inside(rectangles.front()));
    for (std::size_t i = 0; i < texts.size(); ++i) {
        INFO(texts[i].what);
        REQUIRE(texts[i].inside(rectangles.front()));
        for (std::size_t j = 0; j < i; ++j) {
            INFO(texts[j].what);
            REQUIRE_FALSE(texts[i].meets(texts[j]));
        }
    }
}

}  // namespace hwnas::test
