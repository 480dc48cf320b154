#include "train/compute_device.h"
#include "train/network.h"
// LibTorch's logging library has a CHECK of its own, which aborts.
#undef CHECK
#include <catch2/catch.hpp>
#include <cmath>

#include "made_data.h"
#include "space/example_stages.h"

using namespace hwnas;
using namespace hwnas::train;

namespace {

at::Tensor noise(at::IntArrayRef sizes, std::uint64_t seed) {
    at::Tensor x = at::empty(sizes, at::kFloat);
    Rng rng(seed);
    for (std::int64_t i = 0; i < x.numel(); ++i) x.data_ptr<float>()[i] = static_cast<float>(rng.normal());
    return x;
}

/// Compares the gradient of sum(output * direction) with central differences, along
/// one random direction for each weight tensor and for the input.
void check_gradients(const Graph& graph, std::int64_t batch) {
    const c10::InferenceMode guard;
    use_threads(1);
    Network network(graph, at::Device(at::kCPU));
    network.initialise(Rng(3));
    // Away from 1 and 0, where some gradients would hide.
    network.parameters().add_(noise({network.parameters().numel()}, 9), 0.2);
    Shape sizes{batch};
    for (const auto extent : graph.shape(0)) sizes.push_back(extent);
    at::Tensor input = noise(sizes, 4);
    const at::Tensor output = network.forward(input, Mode::training);
    const at::Tensor direction = noise(output.sizes(), 6);
    const at::Tensor input_gradient = network.backward(direction, true);
    const auto value = [&] {
        return (network.forward(input, Mode::training).to(at::kDouble) * direction.to(at::kDouble))
            .sum()
            .item<double>();
    };
    const auto check = [&](const std::string& name, at::Tensor tensor, const at::Tensor& gradient) {
        INFO(name);
        const at::Tensor step = noise(tensor.sizes(), seed_word(name));
        const double expected = (gradient.to(at::kDouble) * step.to(at::kDouble)).sum().item<double>();
        const at::Tensor before = tensor.clone();
        // A kink (relu, max) may lie between the two points: one of three sizes has to fit.
        double least_error = 1e9;
        for (const double size : {1e-2, 3e-3, 1e-3}) {
            tensor.copy_(before + step * size);
            const double above = value();
            tensor.copy_(before - step * size);
            const double below = value();
            tensor.copy_(before);
            const double found = (above - below) / (2 * size);
            least_error = std::min(least_error, std::abs(found - expected) / (std::abs(expected) + 0.1));
        }
        INFO("expected " << expected);
        CHECK(least_error < 0.02);
    };
    const at::Tensor gradients = network.gradients().clone();
    for (const auto& named : network.tensors())
        if (named.gradient.defined()) {
            const auto offset = named.tensor.storage_offset();
            check(named.name, named.tensor,
                  gradients.narrow(0, offset, named.tensor.numel()).view(named.tensor.sizes()));
        }
    check("input", input, input_gradient);
}

Graph single(const Shape& input, op::Operator op) {
    Graph graph(input);
    graph.add("node", std::move(op), {0});
    return graph;
}

/// The same network without kinks, near which differences are no gradients.
Graph smoothed(const Graph& graph) {
    Graph smooth(graph.shape(0));
    for (const auto& node : graph.nodes()) {
        op::Operator op = node.op;
        if (auto* activation = std::get_if<op::Activation>(&op);
            activation != nullptr && activation->kind != op::Activation::Kind::sigmoid)
            activation->kind = op::Activation::Kind::swish;
        if (auto* pool = std::get_if<op::Pool>(&op)) {
            pool->kind = op::Pool::Kind::average;
            pool->ceil = false;
        }
        if (!std::holds_alternative<op::Input>(op)) smooth.add(node.name, op, node.inputs);
    }
    return smooth;
}

}  // namespace

TEST_CASE("gradients of convolutions agree with differences") {
    const auto [in, conv] = GENERATE(table<Shape, op::Conv>(
        {{{3, 6, 6}, op::Conv{.filters = 4, .kernel = {3, 3}, .pads = {1, 1, 1, 1}, .bias = true}},
         {{13, 7, 7}, op::Conv{.filters = 13, .kernel = {5, 5}, .stride = {2, 2}, .pads = {2, 2, 2, 2}, .group = 13}},
         {{8, 5, 6}, op::Conv{.filters = 8, .kernel = {7, 7}, .pads = {3, 3, 3, 3}, .group = 8}},
         {{8, 6, 6}, op::Conv{.filters = 8, .kernel = {3, 3}, .pads = {1, 1, 1, 1}, .group = 8}},
         {{4, 6, 6}, op::Conv{.filters = 8, .kernel = {5, 5}, .pads = {2, 2, 2, 2}, .group = 4}},
         {{2, 6, 6}, op::Conv{.filters = 3, .kernel = {3, 3}, .stride = {2, 2}, .pads = {0, 0, 1, 1}}}}));
    check_gradients(single(in, conv), 3);
}

TEST_CASE("gradients of batch norm and what stands behind it agree with differences") {
    using Kind = op::Activation::Kind;
    check_gradients(single({5, 3, 3}, op::BatchNormalization{}), 4);
    const auto kind =
        GENERATE(Kind::relu, Kind::relu6, Kind::sigmoid, Kind::hard_sigmoid, Kind::hard_swish, Kind::swish);
    check_gradients(single({13, 3, 3}, op::Activation{kind}), 4);
    Graph graph({13, 3, 3});
    graph.add("norm", op::BatchNormalization{}, {0});
    graph.add("activation", op::Activation{kind}, {1});
    check_gradients(graph, 4);
}

TEST_CASE("gradients of pooling agree with differences") {
    const auto kind = GENERATE(op::Pool::Kind::max, op::Pool::Kind::average);
    check_gradients(single({2, 6, 6}, op::Pool{kind, {3, 3}, {2, 2}, {1, 1, 1, 1}}), 2);
    check_gradients(single({2, 6, 6}, op::Pool{kind, {2, 2}, {2, 2}, {0, 0, 1, 1}}), 2);
}

TEST_CASE("gradients of pooling that rounds up or counts its padding agree with differences") {
    const auto pool =
        GENERATE(values<op::Pool>({{op::Pool::Kind::max, {3, 3}, {2, 2}, {0, 0, 0, 0}, true},
                                   {op::Pool::Kind::max, {2, 3}, {2, 2}, {1, 1, 0, 1}, true},
                                   {op::Pool::Kind::average, {3, 3}, {2, 2}, {1, 1, 1, 1}, false, true},
                                   {op::Pool::Kind::average, {3, 2}, {1, 2}, {2, 0, 1, 1}, false, true}}));
    check_gradients(single({2, 6, 8}, pool), 2);
}

TEST_CASE("gradients of parts of maps agree with differences") {
    check_gradients(single({5, 3, 4}, op::Slice{1, 4}), 2);
    check_gradients(single({6, 3, 4}, op::ChannelShuffle{3}), 2);
    check_gradients(single({2, 3, 4}, op::Pad{{1, 0, 2, 3}}), 2);
    Graph twice({3, 3, 4});
    twice.add("concat", op::Concat{}, {0, 0});
    check_gradients(twice, 2);
}

TEST_CASE("gradients add up where slices share a map and a tensor is concatenated twice") {
    Graph graph({4, 4, 3});
    const NodeId conv = graph.add("conv", op::Conv{.filters = 6}, {0});
    const NodeId first = graph.add("first", op::Slice{0, 4}, {conv});
    const NodeId second = graph.add("second", op::Slice{2, 6}, {conv});
    const NodeId swish = graph.add("swish", op::Activation{op::Activation::Kind::swish}, {first});
    const NodeId joined = graph.add("joined", op::Concat{}, {second, swish, second, conv});
    const NodeId shuffle = graph.add("shuffle", op::ChannelShuffle{9}, {joined});
    const NodeId pad = graph.add("pad", op::Pad{{0, 1, 1, 0}}, {shuffle});
    graph.add("last", op::Conv{.filters = 4, .kernel = {3, 3}, .group = 2, .bias = true}, {pad});
    check_gradients(graph, 3);
}

TEST_CASE("gradients flow through a whole network, in every weight") {
    check_gradients(smoothed(train::test::made_network()), 6);
}

TEST_CASE("gradients flow through the blocks of every family, in every weight") {
    for (const auto& [family, fields] : hwnas::test::example_stages()) {
        CAPTURE(family);
        const auto space = hwnas::test::space_with(family, fields);
        const auto encodings = hwnas::test::all_encodings(space);
        // The first and the last combination of values that can be built.
        for (const bool last : {false, true})
            for (std::size_t i = 0; i < encodings.size(); ++i) {
                const auto& encoding = encodings[last ? encodings.size() - 1 - i : i];
                const auto graph = hwnas::test::lowered(space, encoding);
                if (!graph) continue;
                INFO(space.to_json(encoding).dump());
                check_gradients(smoothed(*graph), 4);
                break;
            }
    }
}

TEST_CASE("every trainable weight gets a gradient that is not zero") {
    const c10::InferenceMode guard;
    Network network(train::test::made_network(), at::Device(at::kCPU));
    network.parameters().add_(noise({network.parameters().numel()}, 9), 0.2);
    network.gradients().fill_(std::nan(""));
    const at::Tensor output = network.forward(noise({8, 1, 8, 8}, 1), Mode::training);
    network.backward(noise(output.sizes(), 2));
    std::size_t trainable = 0;
    for (const auto& named : network.tensors()) {
        if (!named.gradient.defined()) continue;
        ++trainable;
        INFO(named.name);
        CHECK(std::isfinite(named.gradient.abs().sum().item<double>()));
        CHECK(named.gradient.abs().sum().item<double>() > 0);
    }
    CHECK(trainable == 18);
}

TEST_CASE("running statistics forget where they started at once") {
    const c10::InferenceMode guard;
    Graph graph({2, 2, 2});
    graph.add("norm", op::BatchNormalization{}, {0});
    Network network(graph, at::Device(at::kCPU));
    at::Tensor x = at::empty({2, 2, 2, 2}, at::kFloat);
    for (std::int64_t i = 0; i < 16; ++i) x.data_ptr<float>()[i] = static_cast<float>(i);
    const at::Tensor first = network.forward(x, Mode::training);
    auto weights = network.weights();
    // Channel 0 holds 0 to 3 and 8 to 11: mean 5.5, unbiased variance 138 / 7.
    CHECK(weights.at("norm.running_mean").values[0] == Approx(5.5));
    CHECK(weights.at("norm.running_var").values[0] == Approx(138.0 / 7));
    CHECK(first[0][0][0][0].item<double>() == Approx(-5.5 / std::sqrt(138.0 / 8 + 1e-5)));
    const at::Tensor second = network.forward(x + 1, Mode::training);
    CHECK(network.weights().at("norm.running_mean").values[0] == Approx(6.0));
    for (int i = 0; i < 20; ++i) (void)network.forward(x, Mode::training);
    const double before = network.weights().at("norm.running_mean").values[0];
    (void)network.forward(x + 10, Mode::training);
    CHECK(network.weights().at("norm.running_mean").values[0] == Approx(0.9 * before + 0.1 * 15.5));
}

TEST_CASE("weights survive leaving and entering a network, and a seed is a pure function") {
    const Graph graph = train::test::made_network();
    Network one(graph, at::Device(at::kCPU)), other(graph, at::Device(at::kCPU));
    one.initialise(Rng(5));
    other.initialise(Rng(6));
    CHECK(one.weights().at("head.weight").values != other.weights().at("head.weight").values);
    other.load(one.weights(), "test");
    CHECK(other.weights().at("head.weight").values == one.weights().at("head.weight").values);
    other.initialise(Rng(5));
    for (const auto& [name, tensor] : one.weights()) CHECK(other.weights().at(name).values == tensor.values);
    CHECK_NOTHROW(check_weights(graph, one.weights(), "test"));
}
