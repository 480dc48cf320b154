#include <algorithm>
#include <array>
#include <utility>

#include "devices/accelerator/accelerator.h"

namespace hwnas {
namespace {

constexpr double most_bytes = 1099511627776.0;  // 2^40
constexpr double most_picojoules = 1e9;

template <typename Enum, std::size_t N>
using Names = std::array<std::pair<const char*, Enum>, N>;

constexpr Names<Dataflow, 4> dataflow_names{{{"weight_stationary", Dataflow::weight_stationary},
                                             {"output_stationary", Dataflow::output_stationary},
                                             {"row_stationary", Dataflow::row_stationary},
                                             {"vector", Dataflow::vector}}};
constexpr Names<FoldOverlap, 3> overlap_names{
    {{"none", FoldOverlap::none}, {"drain", FoldOverlap::drain}, {"full", FoldOverlap::full}}};
constexpr Names<MappingGoal, 3> objective_names{
    {{"cycles", MappingGoal::cycles}, {"energy", MappingGoal::energy}, {"energy_delay", MappingGoal::energy_delay}}};
constexpr Names<Border, 2> border_names{{{"buffer", Border::buffer}, {"dram", Border::dram}}};

template <typename Enum, std::size_t N>
std::string name_of(const Names<Enum, N>& names, Enum value) {
    return std::find_if(names.begin(), names.end(), [value](const auto& name) { return name.second == value; })->first;
}

template <typename Enum, std::size_t N>
Enum named(const JsonValue& value, const Names<Enum, N>& names, Enum otherwise) {
    std::vector<std::string> words;
    for (const auto& name : names) words.emplace_back(name.first);
    const std::string word = value.one_of(words);
    for (const auto& name : names)
        if (name.first == word) return name.second;
    return otherwise;
}

template <typename Enum, std::size_t N>
Enum optional_name(JsonObject& object, const char* key, const Names<Enum, N>& names, Enum otherwise) {
    const auto value = object.optional(key);
    return value ? named(*value, names, otherwise) : otherwise;
}

/// Where figures come from stands beside them, for the reader's eyes.
void pass_over_sources(JsonObject& object) { (void)object.optional("sources"); }

double picojoules(JsonObject& object, const std::string& key) { return object.number(key, 0, {0, most_picojoules}); }

double positive(const JsonValue& value, double most) {
    const double number = value.number({0, most});
    if (value.json().is_number() && value.json().get<double>() == 0) value.problem("a number above 0");
    return number;
}

Accelerator::NumberFormat read_format(const JsonValue& value) {
    Accelerator::NumberFormat format;
    JsonObject object(value);
    format.accumulator_bytes = object.integer("accumulator_bytes", format.accumulator_bytes, {1, 16});
    if (const auto given = object.optional("macs_per_pe")) format.macs_per_pe = positive(*given, 4096);
    format.picojoules_per_mac = object.required("picojoules_per_mac").number({0, most_picojoules});
    format.picojoules_per_operation = picojoules(object, "picojoules_per_operation");
    pass_over_sources(object);
    return format;
}

std::map<std::string, Accelerator::NumberFormat> read_formats(const JsonValue& value) {
    std::map<std::string, Accelerator::NumberFormat> formats;
    JsonObject object(value);
    for (const auto& type : accelerator_data_types())
        if (const auto given = object.optional(type)) formats[type] = read_format(*given);
    pass_over_sources(object);
    if (value.is_object() && formats.empty())
        value.problem("a row for at least one data type", "write {\"int8\": {\"picojoules_per_mac\": 0.2}}");
    return formats;
}

Accelerator::Registers read_registers(const JsonValue& value) {
    Accelerator::Registers registers;
    JsonObject object(value);
    registers.weight_words = object.integer("weight_words", registers.weight_words, {1, most_bytes});
    registers.input_words = object.integer("input_words", registers.input_words, {1, most_bytes});
    registers.sum_words = object.integer("sum_words", registers.sum_words, {1, most_bytes});
    registers.picojoules_per_byte = picojoules(object, "picojoules_per_byte");
    pass_over_sources(object);
    return registers;
}

Accelerator::Buffer read_buffer(const JsonValue& value) {
    Accelerator::Buffer buffer;
    JsonObject object(value);
    buffer.bytes = object.required("bytes").integer({1, most_bytes});
    buffer.bytes_per_cycle = object.number("bytes_per_cycle", 0, {0, most_bytes});
    buffer.picojoules_per_byte = picojoules(object, "picojoules_per_byte");
    pass_over_sources(object);
    return buffer;
}

Accelerator::Dram read_dram(const JsonValue& value) {
    Accelerator::Dram dram;
    JsonObject object(value);
    dram.gigabytes_per_second = positive(object.required("gigabytes_per_second"), 1e6);
    dram.picojoules_per_byte = picojoules(object, "picojoules_per_byte");
    pass_over_sources(object);
    return dram;
}

const std::vector<std::string>& operator_names() {
    static const std::vector<std::string> names{"Conv",        "Gemm",        "BatchNormalization",
                                                "Relu",        "Clip",        "Sigmoid",
                                                "HardSigmoid", "HardSwish",   "Swish",
                                                "MaxPool",     "AveragePool", "GlobalAveragePool",
                                                "Flatten",     "Add",         "Mul",
                                                "Concat",      "Slice",       "ChannelShuffle",
                                                "Pad"};
    return names;
}

Json to_json(const Accelerator::Buffer& buffer) {
    return {{"bytes", buffer.bytes},
            {"bytes_per_cycle", buffer.bytes_per_cycle},
            {"picojoules_per_byte", buffer.picojoules_per_byte}};
}

/// What single keys can't see. Only judged where the keys themselves were right.
void check(const Accelerator& accelerator, JsonObject& object) {
    if (accelerator.weights_stay && !accelerator.weight_buffer)
        object.value().problem("a \"weight_buffer\" that the weights stay in",
                               "give one, or leave \"weights_stay\" out");
    if (accelerator.groups_across_columns && accelerator.dataflow != Dataflow::output_stationary)
        object.value().problem("\"groups_across_columns\" with the dataflow \"output_stationary\" alone",
                               "leave it out");
    const bool systolic =
        accelerator.dataflow == Dataflow::weight_stationary || accelerator.dataflow == Dataflow::output_stationary;
    if (accelerator.fold_overlap != FoldOverlap::none && !systolic)
        object.value().problem("\"fold_overlap\" with a systolic dataflow (weight_stationary, output_stationary)",
                               "leave it out");
}

}  // namespace

const std::vector<std::string>& accelerator_data_types() {
    static const std::vector<std::string> types{"float32", "float16", "bfloat16", "int8"};
    return types;
}

std::int64_t bytes_of_data_type(const std::string& data_type) {
    if (data_type == "float32") return 4;
    if (data_type == "float16" || data_type == "bfloat16") return 2;
    if (data_type == "int8") return 1;
    throw InputError({"data type", "\"float32\", \"float16\", \"bfloat16\" or \"int8\"", "\"" + data_type + "\"", ""});
}

Accelerator read_accelerator(const JsonValue& value) {
    Accelerator a;
    JsonObject object(value);
    a.rows = object.required("rows").integer({1, 65536});
    a.columns = object.required("columns").integer({1, 65536});
    a.dataflow = named(object.required("dataflow"), dataflow_names, a.dataflow);
    a.fold_overlap = optional_name(object, "fold_overlap", overlap_names, a.fold_overlap);
    a.groups_across_columns = object.boolean("groups_across_columns", a.groups_across_columns);
    a.clock_mhz = positive(object.required("clock_mhz"), 1e6);
    a.data_types = read_formats(object.required("data_types"));
    if (const auto given = object.optional("registers")) a.registers = read_registers(*given);
    a.network_picojoules_per_byte = picojoules(object, "network_picojoules_per_byte");
    a.global_buffer = read_buffer(object.required("global_buffer"));
    if (const auto given = object.optional("weight_buffer")) a.weight_buffer = read_buffer(*given);
    if (const auto given = object.optional("accumulators")) a.accumulators = read_buffer(*given);
    a.dram = read_dram(object.required("dram"));
    a.vector_lanes = positive(object.required("vector_lanes"), 1e9);
    a.static_watts = object.number("static_watts", a.static_watts, {0, 1e6});
    a.cycles_per_layer = object.number("cycles_per_layer", a.cycles_per_layer, {0, 1e12});
    a.double_buffered = object.boolean("double_buffered", a.double_buffered);
    a.weights_stay = object.boolean("weights_stay", a.weights_stay);
    a.fuse_elementwise = object.boolean("fuse_elementwise", a.fuse_elementwise);
    a.optimise = optional_name(object, "optimise", objective_names, a.optimise);
    a.border = optional_name(object, "border", border_names, a.border);
    if (const auto given = object.optional("unsupported_operators"))
        for (const auto& item : given->items()) a.unsupported_operators.push_back(item.one_of(operator_names()));
    pass_over_sources(object);
    check(a, object);
    return a;
}

Json to_json(const Accelerator& accelerator) {
    Json types = Json::object();
    for (const auto& [name, format] : accelerator.data_types)
        types[name] = {{"accumulator_bytes", format.accumulator_bytes},
                       {"macs_per_pe", format.macs_per_pe},
                       {"picojoules_per_mac", format.picojoules_per_mac},
                       {"picojoules_per_operation", format.picojoules_per_operation}};
    Json json{{"rows", accelerator.rows},
              {"columns", accelerator.columns},
              {"dataflow", name_of(dataflow_names, accelerator.dataflow)},
              {"fold_overlap", name_of(overlap_names, accelerator.fold_overlap)},
              {"groups_across_columns", accelerator.groups_across_columns},
              {"clock_mhz", accelerator.clock_mhz},
              {"data_types", types},
              {"registers",
               {{"weight_words", accelerator.registers.weight_words},
                {"input_words", accelerator.registers.input_words},
                {"sum_words", accelerator.registers.sum_words},
                {"picojoules_per_byte", accelerator.registers.picojoules_per_byte}}},
              {"network_picojoules_per_byte", accelerator.network_picojoules_per_byte},
              {"global_buffer", to_json(accelerator.global_buffer)},
              {"dram",
               {{"gigabytes_per_second", accelerator.dram.gigabytes_per_second},
                {"picojoules_per_byte", accelerator.dram.picojoules_per_byte}}},
              {"vector_lanes", accelerator.vector_lanes},
              {"static_watts", accelerator.static_watts},
              {"cycles_per_layer", accelerator.cycles_per_layer},
              {"double_buffered", accelerator.double_buffered},
              {"weights_stay", accelerator.weights_stay},
              {"fuse_elementwise", accelerator.fuse_elementwise},
              {"optimise", name_of(objective_names, accelerator.optimise)},
              {"border", name_of(border_names, accelerator.border)},
              {"unsupported_operators", accelerator.unsupported_operators}};
    if (accelerator.weight_buffer) json["weight_buffer"] = to_json(*accelerator.weight_buffer);
    if (accelerator.accumulators) json["accumulators"] = to_json(*accelerator.accumulators);
    return json;
}

}  // namespace hwnas
