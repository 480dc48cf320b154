#include "report/network_drawing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hwnas {
namespace {

using Link = NetworkLayout::Link;

constexpr double kRadius = 7;  // of corners
constexpr const char* kEdge = "stroke=\"#333333\" stroke-width=\"1\"";

Svg::Position towards(const Svg::Position& from, const Svg::Position& to, double distance) {
    const double length = std::hypot(to.first - from.first, to.second - from.second);
    const double share = length > 0 ? distance / length : 0;
    return {from.first + (to.first - from.first) * share, from.second + (to.second - from.second) * share};
}

double distance(const Svg::Position& a, const Svg::Position& b) {
    return std::hypot(a.first - b.first, a.second - b.second);
}

/// Each corner as a piece of a parabola.
std::vector<Svg::Position> rounded(const std::vector<Svg::Position>& corners) {
    constexpr int steps = 5;
    std::vector<Svg::Position> line{corners.front()};
    for (std::size_t i = 1; i + 1 < corners.size(); ++i) {
        const auto& at = corners[i];
        const double radius = std::min({kRadius, distance(corners[i - 1], at) / 2, distance(at, corners[i + 1]) / 2});
        const auto begin = towards(at, corners[i - 1], radius);
        const auto end = towards(at, corners[i + 1], radius);
        for (int step = 0; step <= steps; ++step) {
            const double t = static_cast<double>(step) / steps;
            const auto mixed = [t](double a, double b, double c) {
                return (1 - t) * (1 - t) * a + 2 * t * (1 - t) * b + t * t * c;
            };
            line.emplace_back(mixed(begin.first, at.first, end.first), mixed(begin.second, at.second, end.second));
        }
    }
    line.push_back(corners.back());
    return line;
}

std::string style_of(const Link& link) {
    if (link.kind == Link::Kind::next) return "fill=\"none\" stroke=\"#555555\" stroke-width=\"1.2\"";
    if (link.kind == Link::Kind::skip) return "fill=\"none\" stroke=\"#7a7a7a\" stroke-width=\"1.1\"";
    std::string style = "fill=\"none\" stroke=\"#1f5fbf\" stroke-width=\"1.5\"";
    if (link.join == BlockJoin::concat) style += " stroke-dasharray=\"4 3\"";
    return style;
}

void draw_head(Svg& svg, const Svg::Position& before, const Svg::Position& end, const char* colour) {
    const auto base = towards(end, before, 6);
    const double dx = (end.second - base.second) / 2;
    const double dy = (end.first - base.first) / 2;
    svg.polygon({end, {base.first - dx, base.second + dy}, {base.first + dx, base.second - dy}},
                std::string("fill=\"") + colour + "\"");
}

/// Lines from bottom left to top right, each as far as it lies inside the box.
void hatch(Svg& svg, const NetworkLayout::Box& box) {
    constexpr double step = 6;
    const double height = box.bottom - box.top;
    const int lines = static_cast<int>((box.right - box.left + height) / step);
    for (int i = 1; i <= lines; ++i) {
        const double start = box.left - height + step * i;
        const double left = std::max(start, box.left);
        const double right = std::min(start + height, box.right);
        svg.line(left, box.bottom - (left - start), right, box.bottom - (right - start),
                 "stroke=\"#8a8a8a\" stroke-width=\"1\"");
    }
}

}  // namespace

std::string cost_colour(double share) {
    constexpr std::array<std::array<double, 3>, 3> stops{{{255, 245, 215}, {246, 158, 70}, {158, 18, 42}}};
    const double at = std::clamp(share, 0.0, 1.0) * 2;
    const std::size_t stop = at < 1 ? 0 : 1;
    std::array<unsigned, 3> mixed{};
    for (std::size_t i = 0; i < 3; ++i)
        mixed[i] = static_cast<unsigned>(
            std::lround(stops[stop][i] + (at - static_cast<double>(stop)) * (stops[stop + 1][i] - stops[stop][i])));
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "#%02x%02x%02x", mixed[0] & 255U, mixed[1] & 255U, mixed[2] & 255U);
    return text.data();
}

void draw_block(Svg& svg, const NetworkLayout::Box& box, const std::optional<std::string>& colour) {
    const auto draw = [&](const std::string& style) {
        svg.rectangle(box.left, box.top, box.right - box.left, box.bottom - box.top, style);
    };
    if (colour) return draw("fill=\"" + *colour + "\" " + kEdge);
    draw("fill=\"#ffffff\" class=\"hatched\"");
    hatch(svg, box);
    draw(std::string("fill=\"none\" ") + kEdge);
}

void draw_link(Svg& svg, const Link& link) {
    const auto line = rounded(link.corners);
    svg.polyline(line, style_of(link));
    const char* colour = link.kind == Link::Kind::join ? "#1f5fbf" : "#555555";
    draw_head(svg, link.corners[link.corners.size() - 2], link.corners.back(), colour);
}

void draw_bracket(Svg& svg, const NetworkLayout::Bracket& bracket) {
    svg.polyline({{bracket.x, bracket.top},
                  {bracket.x - 4, bracket.top},
                  {bracket.x - 4, bracket.bottom},
                  {bracket.x, bracket.bottom}},
                 "fill=\"none\" stroke=\"#999999\" stroke-width=\"1\"");
}

}  // namespace hwnas
