#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/rng.h"
#include "train/measuring.h"

using namespace hwnas;
using train::run_forward;

namespace {

using Values = std::vector<float>;
using Kind = op::Activation::Kind;

Values noise(std::int64_t count, std::uint64_t seed = 5) {
    Rng rng(seed);
    Values values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(2 * rng.normal()));
    return values;
}

Graph single(const Shape& input, op::Operator op) {
    Graph graph(input);
    graph.add("node", std::move(op), {0});
    return graph;
}

Weights noisy_weights(const Graph& graph) {
    Weights weights;
    std::uint64_t seed = 77;
    for (const auto& spec : weight_specs(graph)) {
        Values values = noise(element_count(spec.shape), seed++);
        if (spec.name.ends_with("running_var"))
            for (auto& value : values) value = std::abs(value) + 0.5F;
        weights[spec.name] = {spec.shape, values};
    }
    return weights;
}

void check_close(const Values& found, const Values& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        INFO("element " << i);
        CHECK(found[i] == Approx(expected[i]).epsilon(1e-4).margin(1e-4));
    }
}

/// A map of channels x height x width, zero (or another value) outside.
struct Map {
    const Values& values;
    Shape shape;
    [[nodiscard]] bool inside(std::int64_t y, std::int64_t x) const {
        return y >= 0 && x >= 0 && y < shape[1] && x < shape[2];
    }
    [[nodiscard]] double at(std::int64_t c, std::int64_t y, std::int64_t x) const {
        return inside(y, x) ? static_cast<double>(values[static_cast<std::size_t>((c * shape[1] + y) * shape[2] + x)])
                            : 0;
    }
};

/// ONNX's definition of Conv, one output at a time, in double precision.
Values plain_conv(const op::Conv& conv, const Values& x, const Shape& in, const Shape& out, const Weights& weights) {
    const Map map{x, in};
    const auto& w = weights.at("node.weight").values;
    const std::int64_t per_group = in[0] / conv.group, filters_per_group = conv.filters / conv.group;
    Values y;
    for (std::int64_t f = 0; f < out[0]; ++f)
        for (std::int64_t oy = 0; oy < out[1]; ++oy)
            for (std::int64_t ox = 0; ox < out[2]; ++ox) {
                double sum =
                    conv.bias ? static_cast<double>(weights.at("node.bias").values[static_cast<std::size_t>(f)]) : 0;
                for (std::int64_t c = 0; c < per_group; ++c)
                    for (std::int64_t ky = 0; ky < conv.kernel[0]; ++ky)
                        for (std::int64_t kx = 0; kx < conv.kernel[1]; ++kx)
                            sum += map.at(f / filters_per_group * per_group + c,
                                          oy * conv.stride[0] - conv.pads[0] + ky * conv.dilation[0],
                                          ox * conv.stride[1] - conv.pads[1] + kx * conv.dilation[1]) *
                                   static_cast<double>(w[static_cast<std::size_t>(
                                       ((f * per_group + c) * conv.kernel[0] + ky) * conv.kernel[1] + kx)]);
                y.push_back(static_cast<float>(sum));
            }
    return y;
}

Values plain_pool(const op::Pool& pool, const Values& x, const Shape& in, const Shape& out) {
    const Map map{x, in};
    Values y;
    for (std::int64_t c = 0; c < out[0]; ++c)
        for (std::int64_t oy = 0; oy < out[1]; ++oy)
            for (std::int64_t ox = 0; ox < out[2]; ++ox) {
                double sum = 0, most = -std::numeric_limits<double>::infinity();
                int count = 0;
                for (std::int64_t ky = 0; ky < pool.kernel[0]; ++ky)
                    for (std::int64_t kx = 0; kx < pool.kernel[1]; ++kx) {
                        const std::int64_t iy = oy * pool.stride[0] - pool.pads[0] + ky;
                        const std::int64_t ix = ox * pool.stride[1] - pool.pads[1] + kx;
                        if (!map.inside(iy, ix)) continue;
                        sum += map.at(c, iy, ix);
                        most = std::max(most, map.at(c, iy, ix));
                        ++count;
                    }
                if (pool.count_padding) count = static_cast<int>(pool.kernel[0] * pool.kernel[1]);
                y.push_back(static_cast<float>(pool.kind == op::Pool::Kind::max ? most : sum / count));
            }
    return y;
}

}  // namespace

TEST_CASE("convolutions follow ONNX's definition") {
    const auto [in, conv] = GENERATE(table<Shape, op::Conv>(
        {{{3, 6, 5}, op::Conv{.filters = 4, .kernel = {3, 3}, .pads = {1, 1, 1, 1}}},
         {{3, 7, 7}, op::Conv{.filters = 5, .kernel = {1, 1}, .bias = true}},
         {{16, 7, 7}, op::Conv{.filters = 16, .kernel = {5, 5}, .stride = {2, 2}, .pads = {2, 2, 2, 2}, .group = 16}},
         {{6, 8, 8}, op::Conv{.filters = 6, .kernel = {3, 3}, .pads = {1, 1, 1, 1}, .group = 6}},
         {{4, 8, 8}, op::Conv{.filters = 6, .kernel = {3, 3}, .pads = {1, 1, 1, 1}, .group = 2}},
         {{2, 9, 9}, op::Conv{.filters = 3, .kernel = {3, 3}, .dilation = {2, 2}, .pads = {2, 2, 2, 2}}},
         {{2, 6, 6}, op::Conv{.filters = 3, .kernel = {3, 3}, .stride = {2, 2}, .pads = {0, 0, 1, 1}}},
         {{2, 6, 7}, op::Conv{.filters = 3, .kernel = {1, 3}, .stride = {1, 2}, .pads = {0, 2, 0, 1}, .bias = true}}}));
    const Graph graph = single(in, conv);
    const Weights weights = noisy_weights(graph);
    const Values x = noise(element_count(in));
    check_close(run_forward(graph, weights, 1, x), plain_conv(conv, x, in, graph.shape(graph.output()), weights));
}

TEST_CASE("a batch of 32 gives each image what it gets alone") {
    // LibTorch takes other roads for large batches.
    const Graph graph = single({8, 6, 6}, op::Conv{.filters = 12, .kernel = {1, 1}, .bias = true});
    const Weights weights = noisy_weights(graph);
    const Values x = noise(32 * 8 * 36);
    const Values all = run_forward(graph, weights, 32, x);
    const Values last = run_forward(graph, weights, 1, Values(x.end() - 8 * 36, x.end()));
    check_close(Values(all.end() - 12 * 36, all.end()), last);
}

TEST_CASE("pooling never counts padding, on either side") {
    const auto kind = GENERATE(op::Pool::Kind::max, op::Pool::Kind::average);
    const auto pool = GENERATE_COPY(values<op::Pool>({{kind, {3, 3}, {2, 2}, {1, 1, 1, 1}},
                                                      {kind, {3, 3}, {1, 1}, {1, 1, 1, 1}},
                                                      {kind, {2, 2}, {2, 2}, {0, 0, 1, 1}},
                                                      {kind, {3, 2}, {1, 2}, {2, 1, 0, 1}}}));
    const Shape in{3, 7, 6};
    const Graph graph = single(in, pool);
    const Values x = noise(element_count(in));
    check_close(run_forward(graph, {}, 1, x), plain_pool(pool, x, in, graph.shape(graph.output())));
}

TEST_CASE("pooling that rounds up, or counts padding, follows PyTorch's rules") {
    using Pool = op::Pool;
    const auto pool = GENERATE(values<Pool>({{Pool::Kind::max, {3, 3}, {2, 2}, {0, 0, 0, 0}, true},
                                             {Pool::Kind::max, {2, 2}, {2, 2}, {1, 1, 1, 1}, true},
                                             {Pool::Kind::max, {3, 2}, {2, 2}, {1, 0, 2, 1}, true},
                                             {Pool::Kind::max, {2, 2}, {3, 3}, {0, 0, 1, 0}, true},
                                             {Pool::Kind::average, {3, 3}, {2, 2}, {1, 1, 1, 1}, false, true},
                                             {Pool::Kind::average, {3, 2}, {1, 2}, {2, 1, 0, 0}, false, true}}));
    const Shape in{3, 8, 6};
    const Graph graph = single(in, pool);
    const Values x = noise(element_count(in));
    check_close(run_forward(graph, {}, 1, x), plain_pool(pool, x, in, graph.shape(graph.output())));
}

TEST_CASE("concat, slice, channel shuffle and padding move values and change none") {
    Graph graph({2, 1, 2});
    graph.add("relu", op::Activation{Kind::relu}, {0});
    graph.add("concat", op::Concat{}, {0, 1, 0});
    check_close(run_forward(graph, {}, 2, {1, -2, 3, 4, -5, 6, 7, -8}),
                {1, -2, 3, 4, 1, 0, 3, 4, 1, -2, 3, 4, -5, 6, 7, -8, 0, 6, 7, 0, -5, 6, 7, -8});
    check_close(run_forward(single({3, 1, 2}, op::Slice{1, 3}), {}, 2, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}),
                {3, 4, 5, 6, 9, 10, 11, 12});
    // Two groups of three: 0 1 2 | 3 4 5 becomes 0 3 1 4 2 5.
    check_close(run_forward(single({6, 1, 1}, op::ChannelShuffle{2}), {}, 1, {0, 1, 2, 3, 4, 5}), {0, 3, 1, 4, 2, 5});
    check_close(run_forward(single({2, 1, 1}, op::Pad{{1, 0, 0, 2}}), {}, 1, {5, 6}),
                {0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 0});
}

TEST_CASE("who works in place on a part of a map leaves the map as it is") {
    const auto alone = GENERATE(
        values<op::Operator>({op::Slice{0, 4}, op::ChannelShuffle{1}, op::ChannelShuffle{4}, op::Pad{{0, 0, 0, 0}}}));
    Graph graph({4, 1, 1});
    const NodeId conv = graph.add("node", op::Conv{.filters = 4, .bias = true}, {0});
    const NodeId part = graph.add("part", alone, {conv});
    const NodeId relu = graph.add("relu", op::Activation{Kind::relu}, {part});
    graph.add("add", op::Add{}, {conv, relu});
    const Weights weights = noisy_weights(graph);
    const Values x = noise(4);
    const Values once = run_forward(single({4, 1, 1}, op::Conv{.filters = 4, .bias = true}), weights, 1, x);
    Values expected;
    for (const float v : once) expected.push_back(v + std::max(v, 0.0F));
    check_close(run_forward(graph, weights, 1, x), expected);
}

TEST_CASE("activations follow their formulas, alone and behind a batch norm") {
    const auto kind =
        GENERATE(Kind::relu, Kind::relu6, Kind::sigmoid, Kind::hard_sigmoid, Kind::hard_swish, Kind::swish);
    const auto formula = [kind](double v) {
        const double hard = std::min(1.0, std::max(0.0, v / 6 + 0.5));
        const double logistic = 1 / (1 + std::exp(-v));
        switch (kind) {
            case Kind::relu:
                return std::max(0.0, v);
            case Kind::relu6:
                return std::min(6.0, std::max(0.0, v));
            case Kind::sigmoid:
                return logistic;
            case Kind::hard_sigmoid:
                return hard;
            case Kind::hard_swish:
                return v * hard;
            case Kind::swish:
                break;
        }
        return v * logistic;
    };
    const Shape in{5, 4, 4};
    Values x = noise(element_count(in));
    x[0] = 30;
    x[1] = -30;
    x[2] = 0;
    Values expected;
    for (const float v : x) expected.push_back(static_cast<float>(formula(static_cast<double>(v))));
    check_close(run_forward(single(in, op::Activation{kind}), {}, 1, x), expected);

    Graph graph(in);
    graph.add("node", op::BatchNormalization{1e-3}, {0});
    graph.add("activation", op::Activation{kind}, {1});
    const Weights weights = noisy_weights(graph);
    const auto figure = [&](const char* name, std::size_t c) {
        return static_cast<double>(weights.at(std::string("node.") + name).values[c]);
    };
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t c = i / 16;
        expected[i] = static_cast<float>(formula((static_cast<double>(x[i]) - figure("running_mean", c)) /
                                                     std::sqrt(figure("running_var", c) + 1e-3) * figure("weight", c) +
                                                 figure("bias", c)));
    }
    check_close(run_forward(graph, weights, 1, x), expected);
}

TEST_CASE("global pooling, flatten and the fully connected layer read channels first") {
    const Shape in{3, 2, 2};
    const Values x{1, 2, 3, 4, 10, 20, 30, 40, -1, -1, -1, 3};
    check_close(run_forward(single(in, op::GlobalAveragePool{}), {}, 1, x), {2.5F, 25, 0});
    check_close(run_forward(single(in, op::Flatten{}), {}, 1, x), x);
    const Graph graph = single({3}, op::Gemm{.features = 2});
    const Weights weights{{"node.weight", {{2, 3}, {1, 2, 3, 0, -1, 0.5F}}}, {"node.bias", {{2}, {10, -10}}}};
    check_close(run_forward(graph, weights, 2, {1, 1, 1, 2, 0, 4}), {16, -10.5F, 24, -8});
}

TEST_CASE("add and mul work element by element, mul also by channel") {
    Graph graph({2, 2, 2});
    graph.add("relu", op::Activation{Kind::relu}, {0});
    graph.add("add", op::Add{}, {1, 0});
    graph.add("mul", op::Mul{}, {2, 0});
    const Values x{1, -2, 3, 4, -5, 6, 7, 8};
    check_close(run_forward(graph, {}, 1, x), {2, 4, 18, 32, 25, 72, 98, 128});

    Graph gated({2, 2, 2});
    gated.add("mean", op::GlobalAveragePool{}, {0});
    gated.add("mul", op::Mul{}, {0, 1});
    check_close(run_forward(gated, {}, 1, {1, 1, 1, 5, 0, 0, 2, 2}), {2, 2, 2, 10, 0, 0, 2, 2});
}

TEST_CASE("weights and inputs that do not fit are input errors") {
    const Graph graph = single({3}, op::Gemm{.features = 2});
    CHECK_THROWS_AS(run_forward(graph, {}, 1, {1, 2, 3}), InputError);
    CHECK_THROWS_WITH(run_forward(graph, noisy_weights(graph), 2, {1, 2, 3}), Catch::Contains("expected 6 numbers"));
}
