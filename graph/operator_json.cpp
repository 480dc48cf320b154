#include "graph/operators.h"

namespace hwnas::op {
namespace {

/// Attributes that a value must differ from to be written.
const Conv default_conv;

Json swept_attributes(const Extent& kernel, const Extent& stride, const Padding& pads) {
    Json json{{"kernel", kernel}};
    if (stride != Extent{1, 1}) json["stride"] = stride;
    if (pads != Padding{0, 0, 0, 0}) json["pads"] = pads;
    return json;
}

template <std::size_t N>
std::array<std::int64_t, N> extents(JsonObject& object, const std::string& key, std::array<std::int64_t, N> otherwise,
                                    std::int64_t least) {
    const auto value = object.optional(key);
    if (!value) return otherwise;
    const auto items = value->items();
    if (items.size() != N) {
        if (value->json().is_array()) value->problem("an array of " + std::to_string(N) + " whole numbers");
        return otherwise;
    }
    for (std::size_t i = 0; i < N; ++i) otherwise[i] = items[i].integer({static_cast<double>(least), 65536});
    return otherwise;
}

constexpr double most_channels = 1 << 20;

}  // namespace

Json to_json(const Operator& op) {
    Json json{{"op", onnx_type(op)}};
    if (const auto* input = std::get_if<Input>(&op)) {
        json["shape"] = input->shape;
    } else if (const auto* conv = std::get_if<Conv>(&op)) {
        json.update(swept_attributes(conv->kernel, conv->stride, conv->pads));
        json["filters"] = conv->filters;
        if (conv->dilation != default_conv.dilation) json["dilation"] = conv->dilation;
        if (conv->group != default_conv.group) json["group"] = conv->group;
        if (conv->bias != default_conv.bias) json["bias"] = conv->bias;
    } else if (const auto* norm = std::get_if<BatchNormalization>(&op)) {
        if (norm->epsilon != BatchNormalization{}.epsilon) json["epsilon"] = norm->epsilon;
    } else if (const auto* pool = std::get_if<Pool>(&op)) {
        json.update(swept_attributes(pool->kernel, pool->stride, pool->pads));
        if (pool->ceil) json["ceil"] = true;
        if (pool->count_padding) json["count_padding"] = true;
    } else if (const auto* gemm = std::get_if<Gemm>(&op)) {
        json["features"] = gemm->features;
        if (!gemm->bias) json["bias"] = false;
    } else if (const auto* slice = std::get_if<Slice>(&op)) {
        json["begin"] = slice->begin;
        json["end"] = slice->end;
    } else if (const auto* shuffle = std::get_if<ChannelShuffle>(&op)) {
        json["groups"] = shuffle->groups;
    } else if (const auto* pad = std::get_if<Pad>(&op)) {
        json["pads"] = pad->pads;
    }
    return json;
}

Operator operator_from_json(const JsonValue& value) {
    using Kind = Activation::Kind;
    JsonObject object(value);
    // What belongs to the node, not to its operator.
    for (const char* key : {"name", "inputs", "segment"}) (void)object.optional(key);
    const std::string type =
        object.required("op").one_of({"Conv", "BatchNormalization", "Relu", "Clip", "Sigmoid", "HardSigmoid",
                                      "HardSwish", "Swish", "MaxPool", "AveragePool", "GlobalAveragePool", "Flatten",
                                      "Gemm", "Add", "Mul", "Concat", "Slice", "ChannelShuffle", "Pad"});
    if (type == "Conv") {
        Conv conv;
        conv.filters = object.required("filters").integer({1, most_channels});
        conv.kernel = extents(object, "kernel", conv.kernel, 1);
        conv.stride = extents(object, "stride", conv.stride, 1);
        conv.dilation = extents(object, "dilation", conv.dilation, 1);
        conv.pads = extents(object, "pads", conv.pads, 0);
        conv.group = object.integer("group", conv.group, {1, most_channels});
        conv.bias = object.boolean("bias", conv.bias);
        return conv;
    }
    if (type == "BatchNormalization")
        return BatchNormalization{object.number("epsilon", BatchNormalization{}.epsilon, {0, 1})};
    if (type == "Relu") return Activation{Kind::relu};
    if (type == "Clip") return Activation{Kind::relu6};
    if (type == "Sigmoid") return Activation{Kind::sigmoid};
    if (type == "HardSigmoid") return Activation{Kind::hard_sigmoid};
    if (type == "HardSwish") return Activation{Kind::hard_swish};
    if (type == "Swish") return Activation{Kind::swish};
    if (type == "MaxPool" || type == "AveragePool") {
        Pool pool;
        pool.kind = type == "MaxPool" ? Pool::Kind::max : Pool::Kind::average;
        pool.kernel = extents(object, "kernel", pool.kernel, 1);
        pool.stride = extents(object, "stride", pool.stride, 1);
        pool.pads = extents(object, "pads", pool.pads, 0);
        if (pool.kind == Pool::Kind::max)
            pool.ceil = object.boolean("ceil", pool.ceil);
        else
            pool.count_padding = object.boolean("count_padding", pool.count_padding);
        return pool;
    }
    if (type == "GlobalAveragePool") return GlobalAveragePool{};
    if (type == "Flatten") return Flatten{};
    if (type == "Gemm")
        return Gemm{object.required("features").integer({1, most_channels}), object.boolean("bias", true)};
    if (type == "Add") return Add{};
    if (type == "Concat") return Concat{};
    if (type == "Slice") {
        const auto begin = object.required("begin").integer({0, most_channels});
        return Slice{begin, object.required("end").integer({1, most_channels})};
    }
    if (type == "ChannelShuffle") return ChannelShuffle{object.required("groups").integer({1, most_channels})};
    if (type == "Pad") return Pad{extents(object, "pads", Pad{}.pads, 0)};
    return Mul{};
}

}  // namespace hwnas::op
