#include <catch2/catch.hpp>
#include <limits>

#include "example_trials.h"
#include "report/plot.h"
#include "report/svg.h"
#include "report/ticks.h"
#include "svg_checks.h"

namespace hwnas {
namespace {

using namespace test;

constexpr const char* kDot = "r=\"3.6\"";
constexpr const char* kFrontPoint = "r=\"4.8\"";

TEST_CASE("The check for well-formed text finds what is wrong") {
    REQUIRE(xml_problem("<a b=\"c\"><d/>e &amp; f</a>").empty());
    for (const char* wrong : {"<a>", "<a></b>", "<a b=\"c></a>", "<a>b & c</a>", "<a", "<a>\x01</a>", "</a>"})
        REQUIRE_FALSE(xml_problem(wrong).empty());
}

TEST_CASE("A picture has a dot a network, a point an entry of the front, and axes with units") {
    const auto trials = example_search(60, 1);
    const auto front = make_front(trials, {top1(), latency(1.5)}, {}, "MobileNetV2");
    const auto svg = front_svg(front, {.title = "mobile"});
    require_picture(svg);
    REQUIRE(occurrences(svg, kDot) == 60 + 4);  // and the legend's
    REQUIRE(occurrences(svg, kFrontPoint) == front.entries.size() + 1);
    REQUIRE(occurrences(svg, "<polyline") == 1);
    for (const char* words : {">mobile<", ">latency on cpu (ms)<", ">top-1 accuracy (%)<", ">MobileNetV2<", ">1.50 ms<",
                              ">Pareto front<", ">reference<", ">target<"}) {
        INFO(words);
        REQUIRE(svg.find(words) != std::string::npos);
    }
}

TEST_CASE("The staircase passes through every entry of a front of two objectives") {
    const std::vector<Trial> trials{complete(0, "a", 80, 1), complete(1, "b", 85, 2), complete(2, "c", 90, 3),
                                    complete(3, "d", 82, 3)};
    const auto svg = front_svg(make_front(trials, {top1(), latency()}, {}), {});
    const auto start = svg.find("<polyline points=\"");
    const auto line = svg.substr(start, svg.find("/>", start) - start);
    // From the frame's bottom up to a, right and up to b, right and up to c, right to the edge.
    REQUIRE(occurrences(line, ",") == 7);
    for (const auto& circle : {std::string("r=\"4.8\"")}) {
        for (auto at = svg.find(circle, start); at != std::string::npos; at = svg.find(circle, at + 1)) {
            const auto open = svg.rfind("<circle", at);
            const auto value = [&](const std::string& name) {
                const auto from = svg.find(name + "=\"", open) + name.size() + 2;
                return svg.substr(from, svg.find('"', from) - from);
            };
            REQUIRE(line.find(value("cx") + "," + value("cy")) != std::string::npos);
        }
    }
}

TEST_CASE("A dominated reference is drawn and named") {
    const std::vector<Trial> trials{complete(0, "a", 90, 1), as_reference(complete(1, "ref", 80, 2))};
    const auto svg = front_svg(make_front(trials, {top1(), latency()}, {}, "R&D <net>"), {});
    require_picture(svg);
    REQUIRE(svg.find("R&amp;D &lt;net&gt;") != std::string::npos);
    REQUIRE(occurrences(svg, "<polygon") == 2);  // the legend's and the mark
}

TEST_CASE("With three objectives the picture shows two and says so") {
    const auto front = make_front(example_search(60, 2), {parameters(), top1(), latency()}, {});
    const auto svg = front_svg(front, {});
    require_picture(svg);
    REQUIRE(svg.find(">parameters (thousands)<") != std::string::npos);
    REQUIRE(svg.find(">top-1 accuracy (%)<") != std::string::npos);
    REQUIRE(svg.find("The front of 3 objectives, seen on two") != std::string::npos);
    REQUIRE(occurrences(svg, kFrontPoint) == front.entries.size() + 1);
}

TEST_CASE("With one objective the picture shows it over the trials") {
    const auto svg = front_svg(make_front(example_search(30, 3), {top1()}, {}), {});
    require_picture(svg);
    REQUIRE(svg.find(">trial<") != std::string::npos);
    REQUIRE(svg.find(">best so far<") != std::string::npos);
}

TEST_CASE("Objectives of one direction are drawn over each other") {
    require_picture(front_svg(make_front(example_search(30, 3), {latency(), parameters()}, {}), {}));
    const Objective loss{"loss", "", Direction::maximize, std::nullopt};
    std::vector<Trial> trials{complete(0, "a", {{"top1", 80}, {"loss", 1}}),
                              complete(1, "b", {{"top1", 70}, {"loss", 2}})};
    require_picture(front_svg(make_front(trials, {top1(), loss}, {}), {}));
}

TEST_CASE("Few, equal or no networks make a picture all the same") {
    const auto empty = front_svg(make_front({}, {top1(), latency()}, {}), {.title = "none"});
    require_picture(empty);
    REQUIRE(empty.find("No trial is complete yet") != std::string::npos);
    for (const double value : {0.0, 1.0, -3.0}) {
        const std::vector<Trial> one{complete(0, "a", value, value)};
        require_picture(front_svg(make_front(one, {top1(), latency()}, {}), {}));
        const std::vector<Trial> equal{complete(0, "a", value, value), complete(1, "b", value, value)};
        require_picture(front_svg(make_front(equal, {top1(), latency()}, {}), {}));
    }
    const std::vector<Trial> beyond{complete(0, "a", 90, 3)};
    require_picture(front_svg(make_front(beyond, {top1()}, {{"latency@cpu", "ms", std::nullopt, 1.0}}), {}));
}

TEST_CASE("Networks far out are counted, not drawn, and a far target is told") {
    auto trials = example_search(60, 4);
    trials.push_back(complete(60, "chance", {{"top1", 10}, {"latency@cpu", 3}, {"parameters", 1}}));
    const auto svg = front_svg(make_front(trials, {top1(), latency(400)}, {}), {});
    require_picture(svg);
    REQUIRE(svg.find("1 of 61 networks lies outside") != std::string::npos);
    REQUIRE(svg.find("The target of 400 ms for latency@cpu lies outside") != std::string::npos);
    REQUIRE(occurrences(svg, kDot) == 60 + 4);
}

TEST_CASE("Progress is drawn with the points that bound the volume") {
    const auto trials = example_search(60, 5);
    const auto front = make_front(trials, {top1(), latency()}, {});
    const auto svg = progress_svg(front, search_progress(trials, front), {.title = "Progress"});
    require_picture(svg);
    REQUIRE(svg.find(">complete trials<") != std::string::npos);
    REQUIRE(svg.find("top1 ") != std::string::npos);
    const auto none = make_front({}, {top1(), latency()}, {});
    require_picture(progress_svg(none, search_progress({}, none), {}));
}

TEST_CASE("Ticks are round, inside and about as many as wanted") {
    for (const auto& [least, most] : std::vector<std::pair<double, double>>{
             {0, 1}, {0.35, 2.7}, {-3, 8}, {86.1, 92.4}, {1e-6, 3e-6}, {0, 1.7e9}, {99.99, 100.01}, {5, 6}}) {
        const auto ticks = nice_ticks(least, most, 6);
        INFO(least << " to " << most);
        REQUIRE(ticks.size() >= 3);
        REQUIRE(ticks.size() <= 9);  // steps of 2 and 5 are the farthest apart: 8.6 or 3.4
        REQUIRE(ticks.front() >= least - 1e-9 * std::abs(least));
        REQUIRE(ticks.back() <= most + 1e-9 * std::abs(most));
        const auto labels = tick_labels(ticks);
        for (std::size_t i = 0; i < ticks.size(); ++i) REQUIRE(std::stod(labels[i]) == Approx(ticks[i]).margin(1e-12));
    }
    REQUIRE(nice_ticks(-0.1, 0.3, 4) == std::vector<double>{-0.1, 0, 0.1, 0.2, 3 * 0.1});
    REQUIRE(tick_labels({0, 0.5, 1}) == std::vector<std::string>{"0.0", "0.5", "1.0"});
    REQUIRE(tick_labels({80, 85, 90}) == std::vector<std::string>{"80", "85", "90"});
}

}  // namespace
}  // namespace hwnas
