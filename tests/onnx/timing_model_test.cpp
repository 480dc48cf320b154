#include "onnx/timing_model.h"

#include <onnx/onnx_pb.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "graph/transform.h"
#include "onnx/short_floats.h"
#include "support.h"

using namespace hwnas;

namespace {

Graph network() {
    Graph graph({3, 8, 8});
    graph.begin_segment("one");
    graph.add("one.conv", op::Conv{.filters = 8, .kernel = {3, 3}, .pads = {1, 1, 1, 1}}, {0});
    graph.add("one.norm", op::BatchNormalization{}, {1});
    graph.add("one.relu", op::Activation{op::Activation::Kind::relu6}, {2});
    graph.begin_segment("two");
    graph.add("two.norm", op::BatchNormalization{}, {3});
    graph.add("two.flatten", op::Flatten{}, {4});
    graph.add("two.classes", op::Gemm{.features = 10}, {5});
    return graph;
}

onnx::ModelProto model_of(const std::string& data_type, std::int64_t batch = 2) {
    onnx::ModelProto model;
    REQUIRE(model.ParseFromString(timing_onnx(network(), batch, data_type)));
    return model;
}

std::multiset<std::string> operators(const onnx::ModelProto& model) {
    std::multiset<std::string> types;
    for (const auto& node : model.graph().node()) types.insert(node.op_type());
    return types;
}

}  // namespace

TEST_CASE("a timed network's batch is fixed and its weights are the same each time") {
    const auto model = model_of("float32", 5);
    for (const auto* value : {&model.graph().input(0), &model.graph().output(0)})
        REQUIRE(value->type().tensor_type().shape().dim(0).dim_value() == 5);
    REQUIRE(timing_onnx(network(), 5, "float32") == timing_onnx(network(), 5, "float32"));
}

TEST_CASE("made-up weights fit the graph and keep activations of one magnitude") {
    const auto weights = made_up_weights(network());
    check_weights(network(), weights, "made up");
    double sum = 0;
    const auto& values = weights.at("one.conv.weight").values;
    for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
    REQUIRE(27 * sum / static_cast<double>(values.size()) == Approx(1).epsilon(0.2));
    for (const float value : weights.at("one.norm.running_var").values) REQUIRE(value > 0.5F);
}

TEST_CASE("half and brain floats are rounded to nearest, ties to even") {
    const auto half = [](float value) { return to_short_float(value, ShortFloat::half); };
    // From the standard's own examples: 1, the largest, the least normal, the least subnormal, 1/3.
    REQUIRE(half(1.0F) == 0x3c00);
    REQUIRE(half(65504.0F) == 0x7bff);
    REQUIRE(half(65520.0F) == 0x7c00);
    REQUIRE(half(6.103515625e-05F) == 0x0400);
    REQUIRE(half(5.9604644775390625e-08F) == 0x0001);
    REQUIRE(half(0.333251953125F) == 0x3555);
    REQUIRE(half(1.0F / 3) == 0x3555);
    REQUIRE(half(-2.0F) == 0xc000);
    REQUIRE(half(2049.0F) == 0x6800);  // a tie, to the even 2048
    REQUIRE(half(2051.0F) == 0x6802);  // a tie, to the even 2052
    REQUIRE(half(-0.0F) == 0x8000);
    REQUIRE(half(std::nanf("")) == 0x7e00);
    const auto brain = [](float value) { return to_short_float(value, ShortFloat::brain); };
    REQUIRE(brain(1.0F) == 0x3f80);
    REQUIRE(brain(3.140625F) == 0x4049);
    REQUIRE(brain(1.00390625F) == 0x3f80);  // a tie, to even
    REQUIRE(brain(1.01171875F) == 0x3f82);  // a tie, to even
    REQUIRE(brain(std::numeric_limits<float>::infinity()) == 0x7f80);
}

TEST_CASE("16-bit files have 16-bit weights, input and output") {
    const auto [name, type] = GENERATE(
        table<std::string, int>({{"float16", onnx::TensorProto::FLOAT16}, {"bfloat16", onnx::TensorProto::BFLOAT16}}));
    const auto model = model_of(name);
    REQUIRE(model.graph().input(0).type().tensor_type().elem_type() == type);
    for (const auto& tensor : model.graph().initializer()) {
        REQUIRE(tensor.data_type() == type);
        std::int64_t count = 1;
        for (const auto extent : tensor.dims()) count *= extent;
        REQUIRE(tensor.raw_data().size() == static_cast<std::size_t>(2 * count));
    }
}

TEST_CASE("batch norms behind a convolution are folded into it, others stay") {
    const Graph folded = with_folded_batch_norms(network());
    REQUIRE(folded.nodes().size() == network().nodes().size() - 1);
    REQUIRE(std::get<op::Conv>(folded.node(1).op).bias);
    REQUIRE(std::holds_alternative<op::BatchNormalization>(folded.node(3).op));
    REQUIRE(folded.shape(folded.output()) == network().shape(network().output()));
    REQUIRE(folded.segments() == network().segments());
    // A convolution that something else reads too keeps its batch norm.
    Graph shared({4, 8, 8});
    shared.add("conv", op::Conv{.filters = 4}, {0});
    shared.add("norm", op::BatchNormalization{}, {1});
    shared.add("sum", op::Add{}, {1, 2});
    REQUIRE(with_folded_batch_norms(shared).nodes().size() == 4);
}

TEST_CASE("an int8 file quantises each activation once and leaves a convolution's activation to it") {
    const auto model = model_of("int8");
    const auto types = operators(model);
    // Input, clip, batch norm, flatten, gemm.
    REQUIRE(types.count("QuantizeLinear") == 5);
    // And a weight and a bias of each of the two layers.
    REQUIRE(types.count("DequantizeLinear") == 5 + 4);
    REQUIRE(types.count("BatchNormalization") == 1);
    std::map<std::string, std::string> made_by;
    for (const auto& node : model.graph().node()) made_by[node.output(0)] = node.op_type();
    for (const auto& node : model.graph().node())
        if (node.op_type() == "Clip") REQUIRE(made_by.at(node.input(0)) == "Conv");
    REQUIRE(made_by.at("logits") == "DequantizeLinear");
    for (const auto& tensor : model.graph().initializer())
        if (tensor.name().ends_with("weight.quantised") && tensor.dims_size() > 1)
            REQUIRE(tensor.data_type() == onnx::TensorProto::INT8);
}

TEST_CASE("another data type is refused") {
    REQUIRE_THAT(test::input_error_of([] { static_cast<void>(timing_onnx(network(), 1, "int4")); }),
                 Catch::Contains("int8") && Catch::Contains("\"int4\""));
}
