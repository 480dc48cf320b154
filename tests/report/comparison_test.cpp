#include "report/comparison.h"

#include <catch2/catch.hpp>

#include "made_networks.h"
#include "report/segment_costs.h"
#include "support.h"
#include "svg_checks.h"

namespace hwnas {
namespace {

using namespace test;

ComparedTable table_of(const std::string& device, const std::vector<Graph>& graphs, bool energy = false) {
    ComparedTable compared{device + ".json", {}};
    compared.table.device = device;
    for (const auto& graph : graphs)
        for (std::size_t i = 1; i < graph.segments().size(); ++i) {
            CostRow row;
            row.latency_ms = 0.25;
            if (energy) row.energy_mj = 2;
            compared.table.rows[segment_key(graph, i)] = row;
        }
    return compared;
}

std::vector<ComparedNetwork> three_networks() {
    return {{"mobile", mobile_network(), 1000, SourcedTop1{71.5, "published, A"}},
            {"residual", residual_network(2), 3000, SourcedTop1{74.25, "published, B"}},
            {"dense", dense_network(3), 2000, {}}};
}

TEST_CASE("A comparison has a row a network and a column a figure, with units") {
    const auto comparison = compare(three_networks(), {table_of("cpu", {mobile_network(), residual_network(2)})});
    REQUIRE(comparison.rows.size() == 3);
    REQUIRE(comparison.columns.size() == 6);
    CHECK(comparison.columns[comparison.column("latency")].unit == "ms");
    const auto counts = count(mobile_network());
    CHECK(*comparison.rows[0].values[0] == Approx(static_cast<double>(counts.parameters)));
    CHECK(*comparison.rows[0].values[1] == Approx(static_cast<double>(counts.macs)));
    CHECK(*comparison.rows[0].values[3] == 1000);
    CHECK(*comparison.rows[0].values[4] == Approx(6 * 0.25));
    CHECK(*comparison.rows[1].values[5] == 74.25);
    CHECK(comparison.rows[0].id == graph_id(mobile_network()));
}

TEST_CASE("A network whose rows are missing has no latency, and what to profile is told") {
    const auto comparison = compare(three_networks(), {table_of("cpu", {mobile_network(), residual_network(2)})});
    const auto latency = comparison.column("latency");
    CHECK_FALSE(comparison.rows[2].values[latency]);
    REQUIRE(comparison.missing.size() == 1);
    CHECK(comparison.missing[0].network == "dense");
    CHECK(comparison.missing[0].segments.size() == 5);
    CHECK(comparison_table(comparison).find("5 to profile") != std::string::npos);
    CHECK(comparison_table(comparison).find("latency on cpu (ms)") != std::string::npos);
    const auto text = missing_text(comparison);
    CHECK(text.find("cpu.json (cpu) lacks 5 segments of dense:\n  3x32x32 | Conv(0; filters=24") != std::string::npos);
    CHECK(text.find("hwnas profile") != std::string::npos);
    const auto json = comparison_json(comparison);
    CHECK(json["networks"][2]["latency"].is_null());
    CHECK(json["networks"][2]["top1"].is_null());
    CHECK(json["networks"][0]["top1_source"] == "published, A");
    CHECK(json["missing"][0]["segments"].size() == 5);
    const auto csv = comparison_csv(comparison);
    CHECK(csv.find("network,id,parameters,macs [MACs],peak_activation_bytes [bytes],onnx_bytes [bytes],latency [ms],"
                   "top1 [%],top1_source\n") == 0);
    CHECK(csv.find(",2000,,,\n") != std::string::npos);
    CHECK(csv.find(",1.5,71.5,\"published, A\"\n") != std::string::npos);
    CHECK(missing_text(compare(three_networks(), {})).empty());
}

TEST_CASE("Several tables have a column each, and energy where it was measured") {
    const std::vector<Graph> all{mobile_network(), residual_network(2), dense_network(3)};
    const auto comparison = compare(three_networks(), {table_of("cpu", all), table_of("phone", all, true)});
    CHECK(comparison.missing.empty());
    CHECK(*comparison.rows[0].values[comparison.column("latency@phone")] == Approx(1.5));
    CHECK(*comparison.rows[0].values[comparison.column("energy@phone")] == Approx(12));
    CHECK(comparison_table(comparison).find("latency on phone (ms)") != std::string::npos);
}

TEST_CASE("A batch of more than one image is told") {
    auto table = table_of("cpu", {mobile_network()});
    table.table.batch = 16;
    CHECK(comparison_table(compare({three_networks()[0]}, {table})).find("latency on cpu (ms, batch 16)") !=
          std::string::npos);
}

TEST_CASE("Rows are sorted best first, unknown ones last") {
    auto comparison = compare(three_networks(), {});
    const auto names = [&] {
        return comparison.rows[0].name + " " + comparison.rows[1].name + " " + comparison.rows[2].name;
    };
    sort_rows(comparison, "top1");
    CHECK(names() == "residual mobile dense");
    sort_rows(comparison, "onnx_bytes");
    CHECK(names() == "mobile dense residual");
    sort_rows(comparison, "name");
    CHECK(names() == "dense mobile residual");
    CHECK(input_error_of([&] { sort_rows(comparison, "paramters"); }).find("did you mean \"parameters\"?") !=
          std::string::npos);
    CHECK(input_error_of([&] { sort_rows(comparison, "latency"); }).find("a column: name, parameters") !=
          std::string::npos);
}

TEST_CASE("Tables of another batch or data type, or twice of one device, are refused together") {
    auto other = table_of("phone", {});
    other.table.batch = 16;
    const auto text = input_error_of([&] {
        (void)compare(three_networks(), {table_of("cpu", {}), other, table_of("cpu", {})});
    });
    CHECK(text.find("phone.json: expected batch 1, float32, as in cpu.json; found batch 16, float32") !=
          std::string::npos);
    CHECK(text.find("one table a device") != std::string::npos);
}

TEST_CASE("A picture shows accuracy over latency or parameters, latency over MACs, or bars") {
    const std::vector<Graph> all{mobile_network(), residual_network(2), dense_network(3)};
    auto networks = three_networks();
    auto svg = comparison_svg(compare(networks, {table_of("cpu", all)}));
    require_picture(svg);
    CHECK(svg.find(">latency on cpu (ms)<") != std::string::npos);
    CHECK(svg.find(">top-1 accuracy (%)<") != std::string::npos);
    CHECK(occurrences(svg, "<circle") == 2);
    CHECK(svg.find("Not drawn for want of a figure: dense.") != std::string::npos);
    CHECK(svg.find("Top-1: published, A; published, B.") != std::string::npos);
    CHECK(comparison_svg(compare(networks, {})).find(">parameters (thousands)<") != std::string::npos);
    networks[0].top1.reset();
    svg = comparison_svg(compare(networks, {table_of("cpu", all)}));
    require_picture(svg);
    CHECK(svg.find(">multiply-accumulates (millions)<") != std::string::npos);
    CHECK(occurrences(svg, "<circle") == 3);
    networks[1].name = "R&D <net> " + std::string(80, 'x');
    svg = comparison_svg(compare(networks, {}));
    require_tidy(svg);
    CHECK(occurrences(svg, "<rect") == 4);
}

}  // namespace
}  // namespace hwnas
