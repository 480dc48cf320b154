#include "onnx/writer.h"

#include <onnx/onnx_pb.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <set>

#include "onnx/networks.h"
#include "support.h"

namespace hwnas {
namespace {

OnnxMetadata example_metadata() {
    OnnxMetadata metadata;
    metadata.version = "1.2.3";
    metadata.architecture = "0123456789abcdef";
    return metadata;
}

onnx::ModelProto parsed(const std::string& bytes) {
    onnx::ModelProto model;
    REQUIRE(model.ParseFromString(bytes));
    return model;
}

onnx::ModelProto exported(const Graph& graph, const OnnxMetadata& metadata = example_metadata()) {
    return parsed(to_onnx(graph, test::random_weights(graph, 1), metadata));
}

const onnx::NodeProto& node_named(const onnx::ModelProto& model, const std::string& name) {
    for (const auto& node : model.graph().node())
        if (node.name() == name) return node;
    throw std::out_of_range(name);
}

const onnx::TensorProto& initializer_named(const onnx::ModelProto& model, const std::string& name) {
    for (const auto& tensor : model.graph().initializer())
        if (tensor.name() == name) return tensor;
    throw std::out_of_range(name);
}

std::vector<float> floats_of(const onnx::TensorProto& tensor) {
    std::vector<float> values(tensor.raw_data().size() / sizeof(float));
    std::memcpy(values.data(), tensor.raw_data().data(), tensor.raw_data().size());
    return values;
}

std::string attributes_of(const onnx::NodeProto& node) {
    std::string text;
    for (const auto& attribute : node.attribute()) {
        text += attribute.name() + "=";
        if (attribute.type() == onnx::AttributeProto::INT) text += std::to_string(attribute.i());
        if (attribute.type() == onnx::AttributeProto::FLOAT) text += std::to_string(attribute.f());
        for (const auto value : attribute.ints()) text += std::to_string(value) + ",";
        text += ' ';
    }
    return text;
}

std::vector<std::string> inputs_of(const onnx::NodeProto& node) { return {node.input().begin(), node.input().end()}; }

TEST_CASE("a file declares its versions, its producer and an open batch dimension") {
    const auto model = exported(test::every_operator());
    CHECK(model.ir_version() == 8);
    REQUIRE(model.opset_import_size() == 1);
    CHECK(model.opset_import(0).domain().empty());
    CHECK(model.opset_import(0).version() == 17);
    CHECK(model.producer_name() == "hwnas");
    CHECK(model.producer_version() == "1.2.3");

    const auto check_value = [](const onnx::ValueInfoProto& value, const std::string& name, const Shape& shape) {
        CHECK(value.name() == name);
        const auto& type = value.type().tensor_type();
        CHECK(type.elem_type() == onnx::TensorProto::FLOAT);
        REQUIRE(type.shape().dim_size() == static_cast<int>(shape.size()) + 1);
        CHECK(type.shape().dim(0).dim_param() == "N");
        for (std::size_t i = 0; i < shape.size(); ++i)
            CHECK(type.shape().dim(static_cast<int>(i) + 1).dim_value() == shape[i]);
    };
    REQUIRE(model.graph().input_size() == 1);
    REQUIRE(model.graph().output_size() == 1);
    check_value(model.graph().input(0), "images", {3, 17, 14});
    check_value(model.graph().output(0), "logits", {7});
}

TEST_CASE("every tensor of a file is made once, before it is read, and ends in the output") {
    const auto model = exported(test::every_operator());
    std::set<std::string> made{"images"};
    for (const auto& tensor : model.graph().initializer()) CHECK(made.insert(tensor.name()).second);
    for (const auto& node : model.graph().node()) {
        INFO(node.name());
        for (const auto& input : node.input()) CHECK(made.count(input) == 1);
        REQUIRE(node.output_size() == 1);
        CHECK(made.insert(node.output(0)).second);
    }
    CHECK(model.graph().node(model.graph().node_size() - 1).output(0) == "logits");
}

TEST_CASE("operators keep their attributes") {
    const auto model = exported(test::every_operator());
    const auto text = [&model](const std::string& name) {
        const auto& node = node_named(model, name);
        return node.op_type() + " " + attributes_of(node);
    };
    CHECK(text("stem.conv") == "Conv kernel_shape=3,5, strides=2,1, dilations=1,1, pads=0,1,2,3, group=1 ");
    CHECK(text("activations.dilated") == "Conv kernel_shape=3,3, strides=1,1, dilations=2,1, pads=2,1,2,1, group=4 ");
    CHECK(text("stem.norm") == "BatchNormalization epsilon=0.001000 ");
    CHECK(text("pools.max") == "MaxPool kernel_shape=3,2, strides=1,1, pads=1,0,0,1, ");
    CHECK(text("pools.average") == "AveragePool kernel_shape=3,3, strides=1,1, pads=1,2,1,0, count_include_pad=0 ");
    CHECK(text("activations.hard-sigmoid") == "HardSigmoid alpha=0.166667 beta=0.500000 ");
    CHECK(text("activations.hard-swish") == "HardSwish ");
    CHECK(text("activations.relu") == "Relu ");
    CHECK(text("excite.sigmoid") == "Sigmoid ");
    CHECK(text("excite.pool") == "GlobalAveragePool ");
    CHECK(text("parts.max") == "MaxPool kernel_shape=3,3, strides=2,2, pads=1,0,0,0, ceil_mode=1 ");
    CHECK(text("parts.average") == "AveragePool kernel_shape=3,2, strides=1,2, pads=1,1,1,0, count_include_pad=1 ");
    CHECK(text("parts.concat") == "Concat axis=1 ");
    CHECK(text("parts.shuffle.transpose") == "Transpose perm=0,2,1,3,4, ");
    CHECK(text("head.flatten") == "Flatten ");
    CHECK(text("head.classifier") == "Gemm transB=1 ");
}

TEST_CASE("what ONNX has no operator for is written with those it has") {
    const auto model = exported(test::every_operator());
    const auto& clip = node_named(model, "stem.relu6");
    CHECK(clip.op_type() == "Clip");
    CHECK(inputs_of(clip) == std::vector<std::string>{"stem.norm", "stem.relu6.min", "stem.relu6.max"});
    CHECK(floats_of(initializer_named(model, "stem.relu6.min")) == std::vector<float>{0});
    CHECK(floats_of(initializer_named(model, "stem.relu6.max")) == std::vector<float>{6});
    CHECK(initializer_named(model, "stem.relu6.max").dims_size() == 0);

    const auto& gate = node_named(model, "activations.swish.sigmoid");
    const auto& product = node_named(model, "activations.swish");
    CHECK(gate.op_type() == "Sigmoid");
    CHECK(product.op_type() == "Mul");
    CHECK(inputs_of(gate) == std::vector<std::string>{"activations.dilated"});
    CHECK(inputs_of(product) == std::vector<std::string>{"activations.dilated", gate.output(0)});
}

TEST_CASE("positions, paddings and shapes are whole numbers in initializers, the batch left open") {
    const Graph graph = test::every_operator();
    const auto model = exported(graph);
    const auto integers = [&model](const std::string& name) {
        const auto& tensor = initializer_named(model, name);
        CHECK(tensor.data_type() == onnx::TensorProto::INT64);
        std::vector<std::int64_t> values(tensor.raw_data().size() / sizeof(std::int64_t));
        std::memcpy(values.data(), tensor.raw_data().data(), tensor.raw_data().size());
        CHECK(Shape(tensor.dims().begin(), tensor.dims().end()) == Shape{static_cast<std::int64_t>(values.size())});
        return values;
    };
    using Values = std::vector<std::int64_t>;
    CHECK(integers("parts.second.starts") == Values{3});
    CHECK(integers("parts.second.ends") == Values{8});
    CHECK(integers("parts.second.axes") == Values{1});
    CHECK(integers("parts.pad.pads") == Values{0, 0, 1, 0, 0, 0, 2, 1});
    const auto& shape = graph.shape(graph.output() - 3);
    CHECK(integers("parts.shuffle.parts") == Values{0, 4, 4, shape[1], shape[2]});
    CHECK(integers("parts.shuffle.shape") == Values{0, 16, shape[1], shape[2]});
    CHECK(inputs_of(node_named(model, "parts.concat")) ==
          std::vector<std::string>{"parts.second", "parts.first.relu", "parts.pad"});
}

TEST_CASE("rounding up is written as padding where ONNX's rule would keep one window more") {
    Graph graph({1, 3, 4});
    // The second window of the rows would begin behind the input: PyTorch drops it.
    graph.add("pool", op::Pool{op::Pool::Kind::max, {2, 2}, {3, 3}, {0, 0, 1, 0}, true}, {0});
    CHECK(graph.shape(1) == Shape{1, 1, 2});
    const auto model = parsed(to_onnx(graph, {}, example_metadata()));
    CHECK(attributes_of(model.graph().node(0)) == "kernel_shape=2,2, strides=3,3, pads=0,0,1,1, ");
}

TEST_CASE("weights are in the file bit by bit, under their own names and in ONNX's order") {
    const Graph graph = test::every_operator();
    const auto weights = test::random_weights(graph, 5);
    const auto model = parsed(to_onnx(graph, weights, example_metadata()));
    for (const auto& [name, tensor] : weights) {
        INFO(name);
        const auto& found = initializer_named(model, name);
        CHECK(found.data_type() == onnx::TensorProto::FLOAT);
        CHECK(Shape(found.dims().begin(), found.dims().end()) == tensor.shape);
        CHECK(floats_of(found) == tensor.values);
    }
    CHECK(inputs_of(node_named(model, "stem.norm")) ==
          std::vector<std::string>{"stem.conv", "stem.norm.weight", "stem.norm.bias", "stem.norm.running_mean",
                                   "stem.norm.running_var"});
    CHECK(inputs_of(node_named(model, "head.hidden")) ==
          std::vector<std::string>{"head.flatten", "head.hidden.weight"});
}

TEST_CASE("tensors between segments have names of one length") {
    const auto model = exported(test::every_operator());
    CHECK(node_named(model, "stem.relu6").output(0) == "s00001");
    CHECK(node_named(model, "pools.max").input(0) == "s00001");
    CHECK(node_named(model, "excite.mul").output(0) == "s00004");
}

TEST_CASE("nodes are named after their segment, or by themselves where they are in none") {
    Graph graph({4});
    graph.add("free", op::Gemm{.features = 3}, {graph.input()});
    graph.begin_segment("late");
    graph.add("short", op::Gemm{.features = 2}, {1});
    const auto weights = test::random_weights(graph, 2);
    const auto model = parsed(to_onnx(graph, weights, example_metadata()));
    CHECK(model.graph().node(0).name() == "free");
    CHECK(model.graph().node(1).name() == "late.short");
    CHECK(floats_of(initializer_named(model, "late.short.bias")) == weights.at("short.bias").values);
}

TEST_CASE("metadata says whose weights these are and what input they expect") {
    auto metadata = example_metadata();
    metadata.training = OnnxMetadata::Training::full;
    metadata.mean = {0.5, 0.25, 0.125};
    metadata.deviation = {0.1, 1, 2};
    const auto model = exported(test::every_operator(), metadata);
    std::map<std::string, std::string> properties;
    for (const auto& property : model.metadata_props()) properties[property.key()] = property.value();
    CHECK(properties ==
          std::map<std::string, std::string>{{"hwnas.architecture", "0123456789abcdef"},
                                             {"hwnas.weights", "final"},
                                             {"hwnas.input", "pixels scaled to 0 .. 1, then (x - mean) / deviation"},
                                             {"hwnas.input.mean", "0.500000000 0.250000000 0.125000000"},
                                             {"hwnas.input.deviation", "0.100000000 1.000000000 2.000000000"}});

    const auto plain = exported(test::every_operator());
    REQUIRE(plain.metadata_props_size() == 3);
    CHECK(plain.metadata_props(1).value() == "proxy");
    CHECK(plain.metadata_props(2).value() == "pixels scaled to 0 .. 1");
}

TEST_CASE("wrong weights, names and normalisations are refused by name") {
    const Graph graph = test::every_operator();
    auto weights = test::random_weights(graph, 1);
    weights.erase("stem.norm.running_var");
    CHECK_THAT(test::input_error_of([&] { (void)to_onnx(graph, weights, example_metadata()); }),
               Catch::Contains("stem.norm.running_var"));

    auto metadata = example_metadata();
    metadata.mean = {0.5};
    metadata.deviation = {0.5};
    CHECK_THAT(test::input_error_of([&] { (void)onnx_bytes(graph, metadata); }),
               Catch::Contains("each of 3 channels") && Catch::Contains("1 means"));

    Graph clashing({4});
    clashing.add("a", op::Gemm{.features = 3}, {clashing.input()});
    clashing.add("a.bias", op::Activation{}, {1});
    clashing.add("b", op::Activation{}, {2});
    CHECK_THAT(
        test::input_error_of([&] { (void)to_onnx(clashing, test::random_weights(clashing, 1), example_metadata()); }),
        Catch::Contains("a second tensor \"a.bias\""));
}

}  // namespace
}  // namespace hwnas
