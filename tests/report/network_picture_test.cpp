#include "report/network_picture.h"

#include <catch2/catch.hpp>

#include "made_networks.h"
#include "report/network_layout.h"
#include "svg_checks.h"

namespace hwnas {
namespace {

using namespace test;

/// A row for each segment; but for the given one.
CostTable table_of(const Graph& graph, const std::string& left_out = "") {
    CostTable table;
    table.device = "cpu";
    double latency = 0.1;
    for (std::size_t i = 1; i < graph.segments().size(); ++i) {
        if (graph.segments()[i] == left_out) continue;
        const auto key = segment_key(graph, i);
        table.rows[key].latency_ms = latency;
        latency += 0.05;
    }
    return table;
}

NetworkLayout layout_of(const Graph& graph, std::size_t most = 24) {
    LayoutOptions options;
    options.top = 40;
    return lay_out(grouped(network_blocks(graph), most), graph.shape(graph.input()), options);
}

void require_apart(const NetworkLayout& layout) {
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
        const auto& a = layout.boxes[i];
        REQUIRE(a.left >= 0);
        REQUIRE(a.right <= layout.width);
        REQUIRE(a.bottom <= layout.height);
        for (std::size_t j = 0; j < i; ++j) {
            const auto& b = layout.boxes[j];
            REQUIRE_FALSE((a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom));
        }
        for (const auto& link : layout.links)
            for (const auto& [x, y] : link.corners)
                REQUIRE_FALSE((x > a.left && x < a.right && y > a.top + 0.01 && y < a.bottom - 0.01));
    }
    for (const auto& link : layout.links)
        for (const auto& [x, y] : link.corners) {
            REQUIRE((x >= 0 && x <= layout.width));
            REQUIRE((y >= 0 && y <= layout.height));
        }
}

std::vector<Graph> many_networks() {
    std::vector<Graph> graphs{mobile_network(),     dense_network(5),  dense_network(60),  residual_network(3),
                              residual_network(40), ragged_network(1), ragged_network(30), ragged_network(200)};
    Graph one({3, 32, 32});
    one.begin_segment("");
    NodeId node = one.input();
    for (int i = 0; i < 40; ++i) node = add_conv(one, std::string(1, static_cast<char>('A' + i)), node, 8, 3);
    graphs.push_back(one);
    Graph shuffled({3, 64, 64});
    node = add_stem(shuffled, 116);
    for (int i = 0; i < 4; ++i) node = add_shuffle(shuffled, "shuffle." + std::to_string(i), node);
    add_head(shuffled, 1000);
    graphs.push_back(shuffled);
    Graph vectors({100});
    vectors.begin_segment(std::string(300, 'W'));
    vectors.add("a", op::Gemm{65536, true}, {vectors.input()});
    graphs.push_back(vectors);
    return graphs;
}

TEST_CASE("No box or text of a network's picture lies on another or leaves the page") {
    for (const auto& graph : many_networks()) {
        INFO(graph.segments().size() << " segments, " << graph.segments().back());
        require_apart(layout_of(graph));
        require_tidy(network_svg(graph, "R&D <net>"));
        const auto table = table_of(graph, graph.segments().back());
        require_tidy(network_svg(graph, std::string(200, 'N'), &table));
    }
}

TEST_CASE("Wider is what has more channels, higher what has more pixels") {
    for (const auto& graph : many_networks()) {
        const auto blocks = grouped(network_blocks(graph));
        const auto layout = layout_of(graph);
        for (std::size_t i = 0; i < blocks.size(); ++i)
            for (std::size_t j = 0; j < blocks.size(); ++j) {
                const auto width = [&](std::size_t k) { return layout.boxes[k].right - layout.boxes[k].left; };
                const auto height = [&](std::size_t k) { return layout.boxes[k].bottom - layout.boxes[k].top; };
                const auto pixels = [&](std::size_t k) {
                    return blocks[k].output.size() == 3 ? blocks[k].output[1] * blocks[k].output[2] : 1;
                };
                if (blocks[i].output[0] <= blocks[j].output[0]) REQUIRE(width(i) <= width(j) + 1e-6);
                if (pixels(i) <= pixels(j)) REQUIRE(height(i) <= height(j) + 1e-6);
            }
    }
}

TEST_CASE("The scale of widths follows the range of channels") {
    const ChannelScale even(16, 160, 200);
    CHECK(even.words() == "in proportion");
    CHECK(even(80) == Approx(100));
    const ChannelScale root(16, 1600, 200);
    CHECK(root.words() == "square-root scale");
    CHECK(root(400) == Approx(100));
    const ChannelScale logarithm(1, 2048, 200);
    CHECK(logarithm.words() == "logarithmic scale");
    CHECK(logarithm(2048) == Approx(200));
    CHECK(logarithm(1) > 10);
}

TEST_CASE("A picture tells shapes, kinds, totals, units and scales") {
    const auto graph = mobile_network();
    const auto svg = network_svg(graph, "mobile");
    for (const char* words :
         {">mobile<", ">input 3x64x64<", ">output 10<", ">MBConv3 5x5<", ">MBConv6 5x5 SE<", ">stage2.1<", ">40x8x8<",
          ">adds its input<", ">width: channels that leave, in proportion<", ">MACs (", " parameters, "}) {
        INFO(words);
        CHECK(svg.find(words) != std::string::npos);
    }
    const auto table = table_of(graph);
    const auto timed = network_svg(graph, "mobile", &table);
    CHECK(timed.find(">latency on cpu (ms)<") != std::string::npos);
    CHECK(timed.find("1.35 ms on cpu (one image)") != std::string::npos);
    CHECK(timed.find("hatched") == std::string::npos);
}

TEST_CASE("A segment without a row is hatched and named, and nothing is summed over it") {
    const auto graph = mobile_network();
    const auto table = table_of(graph, "stage1.1");
    const auto svg = network_svg(graph, "mobile", &table);
    CHECK(occurrences(svg, "hatched") == 2);  // and the legend's
    CHECK(svg.find(">not known<") != std::string::npos);
    CHECK(svg.find(">no row in the table<") != std::string::npos);
    CHECK(svg.find(">Without a row: stage1.1.<") != std::string::npos);
    CHECK(svg.find("1 of 6 segments") != std::string::npos);
    CHECK(svg.find(" %)<") == std::string::npos);
}

TEST_CASE("A long network's equal blocks stand once, with how often") {
    const auto residual = network_blocks(residual_network(40));
    CHECK(residual.size() == 43);
    const auto groups = grouped(residual);
    REQUIRE(groups.size() == 4);
    CHECK(groups[2].times == 40);
    CHECK_FALSE(groups[2].alike);
    CHECK(groups[2].name == "stage1.1");
    CHECK(groups[2].last_name == "stage1.40");
    CHECK(*groups[2].cost == Approx(40 * *residual[2].cost));
    CHECK(groups[3].from == std::vector<std::size_t>{2});
    CHECK(network_svg(residual_network(40), "long").find(">x40<") != std::string::npos);
    // A short one is shown as it is.
    CHECK(grouped(network_blocks(residual_network(5))).size() == 8);
}

TEST_CASE("Blocks of a long network that differ only in their channels stand together") {
    const auto groups = grouped(network_blocks(dense_network(60)));
    REQUIRE(groups.size() == 3);
    CHECK(groups[1].times == 60);
    CHECK(groups[1].alike);
    CHECK(groups[1].output == Shape{24 + 60 * 12, 16, 16});
    CHECK(network_svg(dense_network(60), "dense").find(">36-744x16x16<") != std::string::npos);
}

TEST_CASE("What is read past several blocks is drawn, and keeps its blocks apart") {
    const auto blocks = network_blocks(ragged_network(30));
    CHECK(blocks[10].from == std::vector<std::size_t>{7, 9});
    const auto layout = layout_of(ragged_network(30), 100);
    std::size_t skips = 0;
    for (const auto& link : layout.links) skips += link.kind == NetworkLayout::Link::Kind::skip ? 1 : 0;
    CHECK(skips + layout.links_left_out == 3);
    CHECK(skips > 0);
}

}  // namespace
}  // namespace hwnas
