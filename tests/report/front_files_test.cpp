#include <catch2/catch.hpp>
#include <sstream>

#include "example_trials.h"
#include "report/front_files.h"

namespace hwnas {
namespace {

using namespace test;

Front example_front() {
    std::vector<Trial> trials{
        as_reference(
            complete(0, "ref", {{"top1", 85}, {"latency@cpu", 2.5}, {"parameters", 2236682}, {"macs", 123456789}})),
        complete(1, "good", {{"top1", 90.125}, {"latency@cpu", 2}, {"parameters", 91234}, {"macs", 1234567}}),
        complete(2, "fast", {{"top1", 0.1 + 0.2}, {"latency@cpu", 0.0512}, {"parameters", 512}, {"macs", 99}})};
    trials[1].weights = std::string(64, 'c');
    auto front = make_front(trials, {top1(), latency()}, {}, "MobileNetV2, 0.5x");
    front.networks[1].onnx = "good.onnx";
    return front;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

TEST_CASE("The JSON has the keys that scripts rely on") {
    const auto json = front_json(example_front());
    REQUIRE(json.at("objectives") == Json::parse(R"([{"name": "top1", "unit": "%", "direction": "maximize"},
        {"name": "latency@cpu", "unit": "ms", "direction": "minimize"}])"));
    REQUIRE(json.at("front").size() == 2);
    const auto& first = json.at("front")[0];
    REQUIRE(first.at("id") == "good");
    REQUIRE(first.at("architecture") == Json::parse(R"({"stage1": {"kernel": 3, "op": "mbconv3"}})"));
    REQUIRE(first.at("objectives") == Json::parse(R"({"top1": 90.125, "latency@cpu": 2.0})"));
    REQUIRE(first.at("trial") == 1);
    REQUIRE(first.at("trials") == Json::parse("[1]"));
    REQUIRE(first.at("reference") == false);
    REQUIRE(first.at("parameters").is_number_integer());
    REQUIRE(first.at("parameters") == 91234);
    REQUIRE(first.at("macs") == 1234567);
    REQUIRE(first.at("weights") == std::string(64, 'c'));
    REQUIRE(first.at("weights_from") == "proxy");
    REQUIRE(first.at("onnx") == "good.onnx");
    REQUIRE_FALSE(json.at("front")[1].contains("weights"));
    REQUIRE_FALSE(json.at("front")[1].contains("onnx"));
}

TEST_CASE("The JSON's figures are those measured, to the last bit") {
    const auto json = Json::parse(front_json(example_front()).dump());
    REQUIRE(json.at("front")[1].at("objectives").at("top1").get<double>() == 0.1 + 0.2);
}

TEST_CASE("The JSON has the reference beside the front when it is dominated, and on both when it is not") {
    const auto dominated = front_json(example_front());
    REQUIRE(dominated.at("reference").at("id") == "ref");
    REQUIRE(dominated.at("reference").at("reference") == true);
    REQUIRE(dominated.at("reference").at("on_front") == false);
    for (const auto& entry : dominated.at("front")) REQUIRE(entry.at("id") != "ref");

    const std::vector<Trial> alone{as_reference(complete(0, "ref", 85, 2))};
    const auto json = front_json(make_front(alone, {top1(), latency()}, {}));
    REQUIRE(json.at("front")[0].at("reference") == true);
    REQUIRE(json.at("reference").at("on_front") == true);
}

TEST_CASE("Without a complete trial the JSON has an empty front and no reference") {
    const auto json = front_json(make_front({}, {top1()}, {}));
    REQUIRE(json == Json::parse(R"({"objectives": [{"name": "top1", "unit": "%", "direction": "maximize"}],
                                    "front": [], "reference": null})"));
}

TEST_CASE("What the front's networks came to in full training stands beside the objectives") {
    Front front = example_front();
    front.networks[1].values["full_top1"] = 93.5;
    front.networks[1].values["test_top1"] = 92.25;
    const auto table = lines_of(front_table(front, TableStyle::plain));
    CHECK_THAT(table[0], Catch::Contains("top1 [%]  latency@cpu [ms]  full top1 [%]  test top1 [%]"));
    CHECK_THAT(table[2], Catch::Contains("93.50") && Catch::Contains("92.25"));
    const auto csv = lines_of(front_csv(front));
    CHECK_THAT(csv[0], Catch::Contains("latency@cpu [ms],full_top1 [%],test_top1 [%],weights"));
    CHECK_THAT(csv[1], Catch::Contains(",93.5,92.25,ccc"));
    CHECK_THAT(csv[2], Catch::Contains("ref,0,1,false,true,85.0,2.5,,,"));  // one that was not trained
}

TEST_CASE("The CSV has a line a network, with units in its header") {
    const auto csv = front_csv(example_front());
    const std::string architecture = R"("{""stage1"":{""kernel"":3,""op"":""mbconv3""}}")";
    REQUIRE(csv ==
            "id,trial,repeats,on_front,reference,top1 [%],latency@cpu [ms],weights,onnx,architecture\n"
            "good,1,1,true,false,90.125,2.0," +
                std::string(64, 'c') + ",good.onnx," + architecture + "\nref,0,1,false,true,85.0,2.5,,," +
                architecture + "\nfast,2,1,true,false,0.30000000000000004,0.0512,,," + architecture + "\n");
    REQUIRE(front_csv(make_front({}, {top1()}, {})) ==
            "id,trial,repeats,on_front,reference,top1 [%],weights,onnx,architecture\n");
}

TEST_CASE("The table has aligned columns, units in its header, the best first and the reference marked") {
    REQUIRE(front_table(example_front(), TableStyle::plain) ==
            "network  trial  top1 [%]  latency@cpu [ms]  parameters  macs [MACs]  note\n"
            "-------  -----  --------  ----------------  ----------  -----------  "
            "----------------------------------------\n"
            "good         1     90.12            2.0000      91,234    1,234,567\n"
            "ref          0     85.00            2.5000   2,236,682  123,456,789  MobileNetV2, 0.5x "
            "(reference), dominated\n"
            "fast         2      0.30            0.0512         512           99\n");
}

TEST_CASE("A markdown table has bars, a rule and as many cells in every line") {
    auto front = example_front();
    front.networks[0].reference_name = "a|b";
    const auto lines = lines_of(front_table(front, TableStyle::markdown));
    REQUIRE(lines.size() == 5);
    REQUIRE(lines[1].substr(0, 18) == "| ------- | ----: ");
    for (const auto& line : lines) REQUIRE(line.size() == lines[0].size());
    REQUIRE_THAT(lines[3], Catch::Contains("a\\|b (reference)"));
}

TEST_CASE("Columns stay aligned with letters of several bytes") {
    const auto lines =
        lines_of(format_table({{"µJ", true}, {"name", false}}, {{"1", "é|"}, {"22.5", "b"}}, TableStyle::plain));
    REQUIRE(lines == std::vector<std::string>{"  µJ  name", "----  ----", "   1  é|", "22.5  b"});
}

TEST_CASE("A table notes repeats, the knee and limits") {
    const std::vector<Trial> trials{complete(0, "fast", 80, 1), complete(1, "knee", 87, 2), complete(2, "best", 90, 6),
                                    complete(3, "best", 90, 6), as_reference(complete(4, "ref", 99, 9))};
    const auto table = front_table(make_front(trials, {top1(), latency()}, {{"latency@cpu", "ms", std::nullopt, 8.0}}),
                                   TableStyle::plain);
    REQUIRE_THAT(table, Catch::Contains("mean of 2") && Catch::Contains("2.00  knee\n") &&
                            Catch::Contains("reference network (reference), beyond the limits"));
}

TEST_CASE("An empty front says why") {
    REQUIRE(front_table(make_front({}, {top1()}, {}), TableStyle::plain) ==
            "The front is empty: no trial is complete.\n");
    const std::vector<Trial> lacking{complete(0, "a", {{"loss", 1}})};
    REQUIRE_THAT(front_table(make_front(lacking, {top1()}, {}), TableStyle::plain), Catch::Contains("1 lack one"));
    const std::vector<Trial> slow{complete(0, "a", 80, 3)};
    REQUIRE_THAT(front_table(make_front(slow, {top1()}, {{"latency@cpu", "ms", std::nullopt, 2.0}}), TableStyle::plain),
                 Catch::Contains("none of the 1 networks is within the limits"));
}

TEST_CASE("Figures are written with digits that tell them apart") {
    REQUIRE(figure_with_unit(88.126, "%") == "88.13 %");
    REQUIRE(figure_with_unit(0.0123456, "ms") == "0.0123 ms");
    REQUIRE(figure_with_unit(123.456, "ms") == "123 ms");
    REQUIRE(figure_with_unit(2236682, "parameters") == "2,236,682 parameters");
    REQUIRE(figure_with_unit(-1234, "MACs") == "-1,234 MACs");
    REQUIRE(figure_with_unit(0, "") == "0");
    REQUIRE(format_figure(-0.0001, "ms", 2) == "0.00");
}

}  // namespace
}  // namespace hwnas
