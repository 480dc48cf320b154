#include "devices/accelerator/accelerator.h"

#include <catch2/catch.hpp>

#include "accelerator_anchors.h"
#include "support.h"

using namespace hwnas;

namespace {

Accelerator parse(const std::string& text) {
    auto document = JsonDocument::parse(text, "chip.json");
    const auto accelerator = read_accelerator(JsonValue(document));
    document.throw_problems();
    return accelerator;
}

}  // namespace

TEST_CASE("a chip needs an array, a clock, a data type, a buffer, DRAM and a vector unit") {
    const auto chip = parse(R"({"rows": 4, "columns": 8, "dataflow": "vector", "clock_mhz": 500,
        "data_types": {"int8": {"picojoules_per_mac": 0.2}}, "global_buffer": {"bytes": 65536},
        "dram": {"gigabytes_per_second": 3.2}, "vector_lanes": 8})");
    REQUIRE(chip.rows == 4);
    REQUIRE(chip.columns == 8);
    REQUIRE(chip.dataflow == Dataflow::vector);
    REQUIRE(chip.clock_mhz == 500);
    REQUIRE(chip.data_types.size() == 1);
    REQUIRE(chip.data_types.at("int8").picojoules_per_mac == 0.2);
    REQUIRE(chip.data_types.at("int8").accumulator_bytes == 4);
    REQUIRE(chip.global_buffer.bytes == 65536);
    REQUIRE(chip.dram.gigabytes_per_second == 3.2);
    REQUIRE_FALSE(chip.weight_buffer);
    REQUIRE_FALSE(chip.accumulators);
    REQUIRE(chip.optimise == MappingGoal::cycles);
    REQUIRE(chip.border == Border::buffer);
    REQUIRE(chip.fuse_elementwise);
}

TEST_CASE("every key of a chip is heard, and written again") {
    const auto chip = parse(R"({"rows": 12, "columns": 14, "dataflow": "output_stationary", "fold_overlap": "drain",
        "groups_across_columns": true, "clock_mhz": 200,
        "data_types": {"float16": {"accumulator_bytes": 2, "macs_per_pe": 0.5, "picojoules_per_mac": 1.5,
                                   "picojoules_per_operation": 0.4}},
        "registers": {"weight_words": 3, "input_words": 4, "sum_words": 5, "picojoules_per_byte": 0.75},
        "network_picojoules_per_byte": 1.5,
        "global_buffer": {"bytes": 102400, "bytes_per_cycle": 8, "picojoules_per_byte": 4.5},
        "weight_buffer": {"bytes": 8192, "bytes_per_cycle": 16, "picojoules_per_byte": 2},
        "accumulators": {"bytes": 4096, "bytes_per_cycle": 32, "picojoules_per_byte": 1},
        "dram": {"gigabytes_per_second": 0.48, "picojoules_per_byte": 150}, "vector_lanes": 14, "static_watts": 0.1,
        "cycles_per_layer": 1000, "double_buffered": false, "weights_stay": true, "fuse_elementwise": false,
        "optimise": "energy_delay", "border": "dram", "unsupported_operators": ["HardSwish"],
        "sources": {"rows": "a paper"}, "comment": "made"})");
    REQUIRE(chip.fold_overlap == FoldOverlap::drain);
    REQUIRE(chip.groups_across_columns);
    REQUIRE(chip.data_types.at("float16").macs_per_pe == 0.5);
    REQUIRE(chip.registers.sum_words == 5);
    REQUIRE(chip.network_picojoules_per_byte == 1.5);
    REQUIRE(chip.global_buffer.bytes_per_cycle == 8);
    REQUIRE(chip.weight_buffer.value().bytes == 8192);
    REQUIRE(chip.accumulators.value().picojoules_per_byte == 1);
    REQUIRE(chip.dram.picojoules_per_byte == 150);
    REQUIRE(chip.static_watts == 0.1);
    REQUIRE(chip.cycles_per_layer == 1000);
    REQUIRE_FALSE(chip.double_buffered);
    REQUIRE(chip.weights_stay);
    REQUIRE_FALSE(chip.fuse_elementwise);
    REQUIRE(chip.optimise == MappingGoal::energy_delay);
    REQUIRE(chip.border == Border::dram);
    REQUIRE(chip.unsupported_operators == std::vector<std::string>{"HardSwish"});
    REQUIRE(to_json(parse(to_json(chip).dump())) == to_json(chip));
}

TEST_CASE("all problems of a chip are told at once") {
    const std::string text = test::input_error_of([] {
        parse(R"({"rows": 0, "dataflow": "weight_stationery", "clock_mhz": 0, "data_types": {},
                 "global_buffer": {"bits": 8}, "dram": {"gigabytes_per_second": -1}, "vector_lane": 8,
                 "weights_stay": true, "groups_across_columns": true, "unsupported_operators": ["Gem"]})");
    });
    for (const char* part :
         {"/rows: expected a whole number from 1", "the key \"columns\"", "did you mean \"weight_stationary\"",
          "/clock_mhz: expected a number above 0", "a row for at least one data type", "the key \"bytes\"",
          "\"bits\", which nothing reads", "/dram/gigabytes_per_second", "did you mean \"vector_lanes\"",
          "a \"weight_buffer\" that the weights stay in", "\"groups_across_columns\" with the dataflow",
          "did you mean \"Gemm\""})
        REQUIRE_THAT(text, Catch::Contains(part));
}

TEST_CASE("an overlap of folds is for systolic arrays") {
    const std::string text = test::input_error_of([] {
        parse(R"({"rows": 4, "columns": 8, "dataflow": "vector", "fold_overlap": "full", "clock_mhz": 500,
            "data_types": {"int8": {"picojoules_per_mac": 0.2}, "int16": {"picojoules_per_mac": 1}},
            "global_buffer": {"bytes": 65536}, "dram": {"gigabytes_per_second": 3.2}, "vector_lanes": 8})");
    });
    REQUIRE_THAT(text, Catch::Contains("\"fold_overlap\" with a systolic dataflow"));
    REQUIRE_THAT(text, Catch::Contains("did you mean \"int8\"") || Catch::Contains("\"int16\", which nothing reads"));
}

TEST_CASE("the shipped chips read well, as devices that name the runner and a data type they have") {
    for (const char* name : {"eyeriss", "tpu-v1", "mobile-npu", "vpu", "edge-gpu"}) {
        INFO(name);
        const auto path = test::source("configs/devices/" + std::string(name) + ".json");
        const Json device = JsonDocument::load(path).root();
        REQUIRE(device.at("name") == name);
        REQUIRE(device.at("runner") == "model");
        const auto chip = anchors::preset(path);
        REQUIRE(chip.data_types.contains(device.at("data_type").get<std::string>()));
        REQUIRE(device.at("accelerator").at("sources").size() > 3);
    }
}

TEST_CASE("data types have their sizes") {
    REQUIRE(bytes_of_data_type("float32") == 4);
    REQUIRE(bytes_of_data_type("float16") == 2);
    REQUIRE(bytes_of_data_type("bfloat16") == 2);
    REQUIRE(bytes_of_data_type("int8") == 1);
    REQUIRE_THAT(test::input_error_of([] { (void)bytes_of_data_type("int4"); }), Catch::Contains("\"int4\""));
}
