#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hwnas {

struct TextStyle {
    double size = 13;
    std::string anchor = "start";  ///< `start`, `middle`, `end`
    std::string fill = "#222222";
    bool bold = false;
    bool turned = false;  ///< read from bottom to top
    bool halo = false;    ///< a white edge, for text over lines and dots
};

/// The text of an SVG picture, written shape by shape; later ones lie above.
/// Lengths are pixels, y grows downwards. `style` is attributes as SVG has them:
/// `fill="none" stroke="#888888"`.
class Svg {
public:
    using Position = std::pair<double, double>;

    /// A white picture. `title` is for readers that speak.
    Svg(double width, double height, const std::string& title);

    void line(double x1, double y1, double x2, double y2, const std::string& style);
    void polyline(const std::vector<Position>& positions, const std::string& style);
    void polygon(const std::vector<Position>& positions, const std::string& style);
    void circle(double x, double y, double radius, const std::string& style);
    void rectangle(double x, double y, double width, double height, const std::string& style);
    /// `y` is the base line.
    void text(double x, double y, const std::string& words, const TextStyle& style);

    [[nodiscard]] std::string finish() const { return body_ + "</svg>\n"; }

    /// How wide the words will be, roughly: fonts differ.
    [[nodiscard]] static double text_width(const std::string& words, double size);

private:
    void shape(const char* name, const std::vector<Position>& positions, const std::string& style);

    std::string body_;
};

/// With `&`, `<`, `>` and quotes as XML writes them, and without the control
/// characters that it has no way to write.
[[nodiscard]] std::string xml_escaped(const std::string& text);

}  // namespace hwnas
