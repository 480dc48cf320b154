#include "report/device_matrix.h"

#include <catch2/catch.hpp>

using namespace hwnas;

namespace {

Trial trial(std::int64_t number, double top1, double cpu, double npu) {
    Trial made;
    made.number = number;
    made.state = TrialState::complete;
    made.architecture.id = std::string(15, 'a') + static_cast<char>('0' + number);
    made.values = {{"top1", top1}, {"latency@cpu", cpu}, {"latency@npu", npu}};
    return made;
}

Front front_of(const std::vector<Trial>& trials) {
    return make_front(trials,
                      {{"top1", "%", Direction::maximize, {}, false},
                       {"latency@cpu", "ms", Direction::minimize, {}, false},
                       {"latency@npu", "ms", Direction::minimize, {}, true}},
                      {});
}

}  // namespace

TEST_CASE("the matrix has each device's best network and what it costs on the others") {
    const Front front =
        front_of({trial(1, 80, 1.0, 4.0), trial(2, 80, 2.0, 1.0), trial(3, 90, 3.0, 8.0), trial(4, 91, 6.0, 2.0)});
    const auto matrix = device_matrix(front, {"npu"});
    REQUIRE(matrix.has_value());
    REQUIRE(matrix->devices == std::vector<std::string>{"cpu", "npu"});
    REQUIRE(matrix->labels == std::vector<std::string>{"cpu", "npu (modelled)"});
    const auto& low = matrix->levels.front();
    REQUIRE(front.networks[low.best[0]].trials.front() == 1);
    REQUIRE(front.networks[low.best[1]].trials.front() == 2);
    REQUIRE(low.cost == std::vector<std::vector<double>>{{1, 4}, {2, 1}});
    // At the highest accuracy there is only one.
    REQUIRE(matrix->levels.back().at_least == 91);
    REQUIRE(matrix->levels.back().best[0] == matrix->levels.back().best[1]);
    const std::string text = device_matrix_text(*matrix, front);
    REQUIRE_THAT(text, Catch::Contains("npu (modelled)") && Catch::Contains("(+300 %)") && Catch::Contains("(+100 %)"));
    const Json json = to_json(*matrix, front);
    REQUIRE(json["levels"][0]["networks"][0]["over_best_percent"]["npu"] == 300.0);
    REQUIRE(json["devices"][1]["modelled"] == true);
}

TEST_CASE("with one device, or nothing to be accurate in, there is no matrix") {
    Trial lone = trial(1, 80, 1, 1);
    lone.values.erase("latency@npu");
    const Front one = make_front(std::vector<Trial>{lone}, {{"top1", "%", Direction::maximize, {}, false}}, {});
    REQUIRE(!device_matrix(one, {}).has_value());
    const Front costs =
        make_front(std::vector<Trial>{trial(1, 80, 1, 1)}, {{"latency@cpu", "ms", Direction::minimize, {}, false}}, {});
    REQUIRE(!device_matrix(costs, {}).has_value());
}
