#include "onnx/reader.h"

#include <onnx/onnx_pb.h>

#include <catch2/catch.hpp>
#include <functional>

#include "onnx/made_model.h"
#include "onnx/networks.h"
#include "onnx/writer.h"
#include "support.h"

namespace hwnas {
namespace {

using test::MadeModel;

void check_round_trip(const Graph& graph, std::uint64_t seed) {
    const auto weights = test::random_weights(graph, seed);
    const auto network = read_onnx(to_onnx(graph, weights, {}), "ours.onnx");
    CHECK(canonical_text(network.graph) == canonical_text(graph));
    // Of a segment's name the file tells what its nodes' names have in common.
    REQUIRE(network.graph.segments().size() == graph.segments().size());
    for (NodeId id = 0; id <= graph.output(); ++id) {
        CHECK(network.graph.node(id).name == graph.node(id).name);
        CHECK(network.graph.node(id).segment == graph.node(id).segment);
    }
    REQUIRE(network.weights.size() == weights.size());
    for (const auto& [name, tensor] : weights) {
        INFO(name);
        CHECK(network.weights.at(name).shape == tensor.shape);
        CHECK(network.weights.at(name).values == tensor.values);
    }
    CHECK(network.notes.empty());
}

/// The text behind `| `, of one operator or several.
std::string text_of(const MadeModel& model) {
    const auto text = canonical_text(model.read().graph);
    return text.substr(text.find('|') + 2);
}

TEST_CASE("what hwnas writes it reads again: nodes, segments and weights to the last bit") {
    check_round_trip(test::every_operator(), 1);
    for (const char* file : {"configs/spaces/mnasnet-28.json", "configs/spaces/mnasnet-imagenet.json",
                             "configs/spaces/mnasnet-28-widths.json", "configs/spaces/mnasnet-28-se-widths.json"}) {
        INFO(file);
        const auto space = SearchSpace::load(test::source(file));
        Rng rng(7);
        for (std::uint64_t i = 0; i < 3; ++i) check_round_trip(space.lower(test::random_encoding(space, rng)), i);
    }
}

TEST_CASE("names come out of paths, and a convolution stays with its norm and activation") {
    MadeModel model({3, 8, 8});
    model.floats("w", {4, 3, 3, 3});
    for (const char* name : {"scale", "shift", "mean", "var"}) model.floats(name, {4}, 0.5F);
    model.node("Conv", {"x", "w"}, "a", "/stem/stem.0/Conv").ints("pads", {1, 1, 1, 1});
    model.node("BatchNormalization", {"a", "scale", "shift", "mean", "var"}, "b", "/stem/stem.1/BatchNormalization")
        .number("epsilon", 1e-3F);
    model.node("Relu", {"b"}, "c", "/stem/stem.2/Relu");
    model.floats("w2", {4, 4, 1, 1});
    model.node("Conv", {"c", "w2"}, "d", "/layer/conv/Conv");
    model.node("Add", {"d", "c"}, "e", "/layer/Add");
    model.node("Relu", {"e"}, "f");
    model.node("GlobalAveragePool", {"f"}, "g", "/pool/GlobalAveragePool");
    model.node("Flatten", {"g"}, "h", "/Flatten");
    model.floats("w3", {2, 4});
    model.node("Gemm", {"h", "w3"}, "y", "/head/Gemm").integer("transB", 1);
    const auto network = model.read();
    CHECK(network.graph.segments() == std::vector<std::string>{"input", "stem", "layer.conv", "pool"});
    CHECK(network.graph.node(1).name == "stem.0");
    CHECK(network.graph.node(5).name == "layer");
    CHECK(std::get<op::BatchNormalization>(network.graph.node(2).op).epsilon == 1e-3);
    CHECK(network.weights.contains("stem.1.running_mean"));
    for (std::size_t i = 1; i < network.graph.segments().size(); ++i) CHECK_NOTHROW(extract_segment(network.graph, i));
    CHECK(network.input == "x");
}

TEST_CASE("automatic padding is the stated one") {
    const auto text = [](const char* kind) {
        MadeModel model({1, 6, 6});
        model.floats("w", {2, 1, 3, 3});
        model.node("Conv", {"x", "w"}, "y").text("auto_pad", kind).ints("strides", {2, 2});
        return text_of(model);
    };
    CHECK(text("SAME_UPPER") == "Conv(0; filters=2 kernel=3x3 stride=2x2 pads=0x0x1x1)");
    CHECK(text("SAME_LOWER") == "Conv(0; filters=2 kernel=3x3 stride=2x2 pads=1x1x0x0)");
    CHECK(text("VALID") == "Conv(0; filters=2 kernel=3x3 stride=2x2)");
}

TEST_CASE("activations are known in every form that exporters write") {
    const auto model = [] { return MadeModel({2, 3, 3}); };
    {
        auto m = model();
        m.node("Clip", {"x"}, "y").number("min", 0).number("max", 6);
        CHECK(text_of(m) == "Clip(0)");
    }
    {
        auto m = model();
        m.scalar("low", 0);
        m.scalar("high", 6);
        m.node("Clip", {"x", "low", "high"}, "y");
        CHECK(text_of(m) == "Clip(0)");
    }
    {
        auto m = model();
        m.scalar("low", 0);
        m.node("Clip", {"x", "low"}, "y");
        CHECK(text_of(m) == "Relu(0)");
    }
    {
        auto m = model();
        m.node("Sigmoid", {"x"}, "s");
        m.node("Mul", {"s", "x"}, "y");
        CHECK(text_of(m) == "Swish(0)");
    }
    {
        auto m = model();
        m.node("HardSigmoid", {"x"}, "s").number("alpha", 1.0F / 6).number("beta", 0.5F);
        m.node("Mul", {"x", "s"}, "y");
        CHECK(text_of(m) == "HardSwish(0)");
    }
    for (const bool divided_first : {true, false}) {
        auto m = model();
        m.scalar("three", 3);
        m.scalar("six", 6);
        m.node("Add", {"x", "three"}, "a");
        m.node("Clip", {"a"}, "c").number("min", 0).number("max", 6);
        if (divided_first) {
            m.node("Div", {"c", "six"}, "d");
            m.node("Mul", {"x", "d"}, "y");
        } else {
            m.node("Mul", {"x", "c"}, "d");
            m.node("Div", {"d", "six"}, "y");
        }
        CHECK(text_of(m) == "HardSwish(0)");
    }
    {
        auto m = model();
        m.scalar("three", 3);
        m.scalar("sixth", 1.0F / 6);
        m.node("Add", {"x", "three"}, "a");
        m.node("Clip", {"a"}, "c").number("min", 0).number("max", 6);
        m.node("Mul", {"c", "sixth"}, "y");
        CHECK(text_of(m) == "HardSigmoid(0)");
    }
}

TEST_CASE("a channel shuffle is known behind the arithmetic on shapes that asks for it") {
    MadeModel model({6, 2, 2});
    model.node("Shape", {"x"}, "shape");
    const auto axis = [&](const char* name, std::int64_t value) {
        model.integers(name, {}, {value});
        model.node("Gather", {"shape", name}, std::string(name) + "_of").integer("axis", 0);
    };
    axis("zero", 0);
    axis("one", 1);
    axis("two", 2);
    axis("three", 3);
    model.integers("groups", {}, {3});
    model.node("Div", {"one_of", "groups"}, "each");
    for (const char* name : {"zero_of", "groups", "each", "two_of", "three_of", "one_of"})
        model.node("Unsqueeze", {name}, std::string(name) + "_1").ints("axes", {0});
    model.node("Concat", {"zero_of_1", "groups_1", "each_1", "two_of_1", "three_of_1"}, "parts").integer("axis", 0);
    model.node("Reshape", {"x", "parts"}, "split");
    model.node("Transpose", {"split"}, "swapped").ints("perm", {0, 2, 1, 3, 4});
    model.integers("whole", {4}, {-1, 6, 2, 2});
    model.node("Reshape", {"swapped", "whole"}, "y");
    CHECK(text_of(model) == "ChannelShuffle(0; groups=3)");
}

TEST_CASE("parts of channels come from slices and splits") {
    MadeModel model({6, 2, 2});
    model.node("Split", {"x"}, "a").ints("split", {2, 4}).integer("axis", 1).also_gives("b");
    model.node("Slice", {"b"}, "c").ints("starts", {1}).ints("ends", {-1}).ints("axes", {1});
    model.node("Concat", {"c", "a", "x"}, "y").integer("axis", -3);
    CHECK(text_of(model) ==
          "Slice(0; begin=0 end=2) | Slice(0; begin=2 end=6) | Slice(2; begin=1 end=3) | Concat(3,1,0)");
}

TEST_CASE("constants that scale and shift go into the layer before, or into one of their own") {
    MadeModel model({2, 2, 2});
    model.floats("mean", {1, 2, 1, 1}, 0.5F);
    model.scalar("deviation", 4);
    model.node("Sub", {"x", "mean"}, "a");
    model.node("Div", {"a", "deviation"}, "b");
    model.floats("w", {3, 2, 1, 1}, 2);
    model.floats("bias", {3, 1, 1}, 7);
    model.node("Conv", {"b", "w"}, "c");
    model.node("Add", {"c", "bias"}, "y");
    const auto network = model.read();
    CHECK(canonical_text(network.graph) == "2x2x2 | Conv(0; filters=2 group=2 bias) | Conv(1; filters=3 bias)");
    const auto& first = network.graph.node(1).name;
    CHECK(network.weights.at(first + ".weight").values == std::vector<float>{0.25F, 0.25F});
    CHECK(network.weights.at(first + ".bias").values == std::vector<float>{-0.125F, -0.125F});
    const auto& second = network.graph.node(2).name;
    CHECK(network.weights.at(second + ".weight").values == std::vector<float>(6, 2));
    CHECK(network.weights.at(second + ".bias").values == std::vector<float>(3, 7));
}

TEST_CASE("fully connected layers are read in every form, the last softmax left out with a note") {
    MadeModel model({4, 1, 1});
    model.integers("flat", {2}, {0, -1});
    model.node("Reshape", {"x", "flat"}, "a");
    model.floats("w", {4, 3}, 1);
    model.at("w", 1, 5);
    model.node("MatMul", {"a", "w"}, "b");
    model.floats("bias", {3}, 2);
    model.node("Add", {"bias", "b"}, "c");
    model.node("Dropout", {"c"}, "d");
    model.floats("w2", {2, 3}, 1);
    model.floats("bias2", {2}, 4);
    model.node("Gemm", {"d", "w2", "bias2"}, "e").integer("transB", 1).number("alpha", 2).number("beta", 0.5F);
    model.node("Softmax", {"e"}, "y").integer("axis", 1);
    const auto network = model.read();
    CHECK(canonical_text(network.graph) == "4x1x1 | Flatten(0) | Gemm(1; features=3 bias) | Gemm(2; features=2 bias)");
    const auto& first = network.weights.at(network.graph.node(2).name + ".weight");
    CHECK(first.shape == Shape{3, 4});
    CHECK(first.values == std::vector<float>{1, 1, 1, 1, 5, 1, 1, 1, 1, 1, 1, 1});
    CHECK(network.weights.at(network.graph.node(3).name + ".weight").values == std::vector<float>(6, 2));
    CHECK(network.weights.at(network.graph.node(3).name + ".bias").values == std::vector<float>{2, 2});
    REQUIRE(network.notes.size() == 1);
    CHECK_THAT(network.notes[0], Catch::Contains("Softmax"));
}

TEST_CASE("squeeze-and-excite of fully connected layers becomes one of convolutions") {
    MadeModel model({4, 3, 3});
    model.node("ReduceMean", {"x"}, "a").ints("axes", {-1, -2}).integer("keepdims", 0);
    model.floats("w", {2, 4});
    model.node("Gemm", {"a", "w"}, "b").integer("transB", 1);
    model.node("Relu", {"b"}, "c");
    model.floats("w2", {4, 2});
    model.node("Gemm", {"c", "w2"}, "d").integer("transB", 1);
    model.node("Sigmoid", {"d"}, "e");
    model.integers("map", {4}, {-1, 4, 1, 1});
    model.node("Reshape", {"e", "map"}, "f");
    model.node("Mul", {"f", "x"}, "y");
    CHECK(text_of(model) ==
          "GlobalAveragePool(0) | Conv(1; filters=2) | Relu(2) | Conv(3; filters=4) | Sigmoid(4) | Mul(0,5)");
}

TEST_CASE("all that is not supported is told at once, with what is") {
    MadeModel model({2, 4, 4});
    model.node("LRN", {"x"}, "a", "first");
    model.node("Relu", {"a"}, "b");
    model.node("Elu", {"x"}, "c", "second");
    model.node("HardSigmoid", {"x"}, "d", "third");
    model.node("Add", {"b", "c"}, "e");
    model.node("Add", {"d", "e"}, "y");
    const auto text = test::input_error_of([&] { (void)model.read(); });
    CHECK_THAT(text, Catch::Contains("LRN \"first\"") && Catch::Contains("Elu \"second\"") &&
                         Catch::Contains("alpha 0.2") && Catch::Contains("supported operators: Add, AveragePool"));
    CHECK_THAT(text, !Catch::Contains("Relu \"\""));
}

TEST_CASE("models that are no network of one image are refused by name") {
    const auto problem = [](const std::function<void(MadeModel&)>& change) {
        MadeModel model({2, 4, 4});
        model.node("Relu", {"x"}, "y");
        change(model);
        return test::input_error_of([&] { (void)model.read(); });
    };
    using G = onnx::GraphProto;
    CHECK_THAT(problem([](MadeModel& m) { m.model.mutable_opset_import(0)->set_version(6); }),
               Catch::Contains("opset"));
    CHECK_THAT(problem([](MadeModel& m) { m.model.mutable_graph()->add_output()->set_name("z"); }),
               Catch::Contains("one output"));
    CHECK_THAT(problem([](MadeModel& m) { m.model.mutable_graph()->mutable_node(0)->set_input(0, "gone"); }),
               Catch::Contains("\"gone\""));
    CHECK_THAT(problem([](MadeModel& m) { m.model.mutable_graph()->mutable_node(0)->set_input(0, "y"); }),
               Catch::Contains("wait for each other"));
    CHECK_THAT(problem([](MadeModel& m) {
                   m.model.mutable_graph()
                       ->mutable_input(0)
                       ->mutable_type()
                       ->mutable_tensor_type()
                       ->mutable_shape()
                       ->mutable_dim(2)
                       ->set_dim_param("height");
               }),
               Catch::Contains("fixed size"));
    CHECK_THAT(problem([](MadeModel& m) {
                   m.floats("w", {1});
                   m.node("Add", {"x", "w"}, "z");
                   G& graph = *m.model.mutable_graph();
                   graph.mutable_output(0)->set_name("z");
                   graph.mutable_initializer(0)->set_data_location(onnx::TensorProto::EXTERNAL);
               }),
               Catch::Contains("another file"));
    CHECK_THAT(problem([](MadeModel& m) {
                   m.floats("w", {1});
                   m.node("Add", {"x", "w"}, "z");
                   G& graph = *m.model.mutable_graph();
                   graph.mutable_output(0)->set_name("z");
                   graph.mutable_initializer(0)->set_dims(0, std::int64_t{1} << 40);
               }),
               Catch::Contains("tensor \"w\""));
    CHECK_THAT(test::input_error_of([] { (void)read_onnx("no model", "file.onnx"); }), Catch::Contains("file.onnx"));
}

/// Reads it or throws InputError; anything else fails the test.
void read_or_refuse(const std::string& bytes) {
    try {
        (void)read_onnx(bytes, "damaged.onnx");
    } catch (const InputError&) {
    }
}

TEST_CASE("damaged files are read or refused, at every length and with any bits flipped") {
    const Graph graph = test::every_operator();
    // Of the shapes alone: flips ought to hit what says something.
    std::string bytes = to_onnx(graph, test::random_weights(graph, 1), {});
    MadeModel small({6, 2, 2});
    small.floats("w", {2, 6, 1, 1});
    small.node("Split", {"x"}, "a").ints("split", {2, 4}).integer("axis", 1).also_gives("b");
    small.node("Concat", {"b", "a"}, "c").integer("axis", 1);
    small.integers("parts", {5}, {0, 3, 2, 2, 2});
    small.node("Reshape", {"c", "parts"}, "d");
    small.node("Transpose", {"d"}, "e").ints("perm", {0, 2, 1, 3, 4});
    small.integers("whole", {4}, {-1, 6, 2, 2});
    small.node("Reshape", {"e", "whole"}, "f");
    small.node("Conv", {"f", "w"}, "y");
    const std::string tiny = small.model.SerializeAsString();
    REQUIRE_NOTHROW(read_onnx(tiny, "tiny"));
    for (std::size_t length = 0; length < tiny.size(); ++length) read_or_refuse(tiny.substr(0, length));
    for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 50)
        read_or_refuse(bytes.substr(0, length));
    Rng rng(3);
    for (int i = 0; i < 8000; ++i) {
        std::string damaged = i % 4 == 0 ? bytes : tiny;
        for (std::uint64_t flips = 1 + rng.below(3); flips > 0; --flips) {
            const auto position = rng.below(damaged.size());
            damaged[position] = static_cast<char>(damaged[position] ^ (1U << rng.below(8)));
        }
        read_or_refuse(damaged);
    }
}

TEST_CASE("files that claim more than they hold cost nothing") {
    // A weight of a megabyte that two thousand convolutions share.
    MadeModel model({256, 1, 1});
    model.floats("w", {256, 256, 1, 1});
    std::string before = "x";
    for (int i = 0; i < 2000; ++i) {
        const std::string name = i == 1999 ? "y" : "t" + std::to_string(i);
        model.node("Conv", {before, "w"}, name);
        before = name;
    }
    CHECK_THAT(test::input_error_of([&] { (void)model.read(); }), Catch::Contains("about once each"));

    // Channels that double fifty times.
    MadeModel doubled({1, 2, 2});
    before = "x";
    for (int i = 0; i < 50; ++i) {
        const std::string name = i == 49 ? "y" : "t" + std::to_string(i);
        doubled.node("Concat", {before, before}, name).integer("axis", 1);
        before = name;
    }
    CHECK_THAT(test::input_error_of([&] { (void)doubled.read(); }), Catch::Contains("at most"));

    // Two million empty nodes in four million bytes.
    std::string nodes;
    for (int i = 0; i < 2'000'000; ++i) nodes += std::string("\x0a\x00", 2);
    std::string bytes = "\x3a";
    for (auto size = nodes.size(); size > 0; size >>= 7U)
        bytes += static_cast<char>((size & 0x7FU) | (size > 0x7FU ? 0x80U : 0U));
    CHECK_THAT(test::input_error_of([&] { (void)read_onnx(bytes + nodes, "many.onnx"); }), Catch::Contains("messages"));
}

}  // namespace
}  // namespace hwnas
