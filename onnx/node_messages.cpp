#include "onnx/node_messages.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <span>

namespace hwnas {
namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;  // clang before 17 does not deduce it itself

onnx::AttributeProto& attribute(onnx::NodeProto& node, const char* name, onnx::AttributeProto::AttributeType type) {
    auto& added = *node.add_attribute();
    added.set_name(name);
    added.set_type(type);
    return added;
}
void set(onnx::NodeProto& node, const char* name, std::int64_t value) {
    attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}
void set(onnx::NodeProto& node, const char* name, double value) {
    attribute(node, name, onnx::AttributeProto::FLOAT).set_f(static_cast<float>(value));
}
void set(onnx::NodeProto& node, const char* name, std::span<const std::int64_t> values) {
    auto& added = attribute(node, name, onnx::AttributeProto::INTS);
    for (const auto value : values) added.add_ints(value);
}

class Builder {
public:
    explicit Builder(OnnxNames names) : names_(std::move(names)) {}

    onnx::NodeProto& node(const char* type) {
        auto& added = node(type, names_.node, names_.output);
        for (const auto& input : names_.inputs) added.add_input(input);
        return added;
    }
    void swish() {
        const std::string gate = names_.node + ".sigmoid";
        node("Sigmoid", gate, gate).add_input(names_.inputs[0]);
        auto& product = node("Mul", names_.node, names_.output);
        product.add_input(names_.inputs[0]);
        product.add_input(gate);
    }
    /// {C, H, W} read as {groups, C / groups, H, W}, its first two axes swapped.
    void shuffle(std::int64_t groups, const Shape& shape) {
        const std::string apart = names_.node + ".split", swapped = names_.node + ".transpose";
        auto& split = node("Reshape", apart, apart);
        split.add_input(names_.inputs[0]);
        integers(split, "parts", {0, groups, shape[0] / groups, shape[1], shape[2]});
        auto& transpose = node("Transpose", swapped, swapped);
        transpose.add_input(apart);
        set(transpose, "perm", std::vector<std::int64_t>{0, 2, 1, 3, 4});
        auto& whole = node("Reshape", names_.node, names_.output);
        whole.add_input(swapped);
        integers(whole, "shape", {0, shape[0], shape[1], shape[2]});
    }
    void weights(onnx::NodeProto& node, const op::Operator& op, std::span<const Shape> inputs) {
        for (const auto& spec : op::weight_specs(op, inputs))
            initializer(node, spec.name, spec.shape).weight = spec.name;
    }
    void scalar(onnx::NodeProto& node, const char* name, float value) {
        initializer(node, name, {}).constant = {value};
    }
    void integers(onnx::NodeProto& node, const char* name, std::vector<std::int64_t> values) {
        auto& added = initializer(node, name, {static_cast<std::int64_t>(values.size())});
        added.header.set_data_type(onnx::TensorProto::INT64);
        added.data_bytes = static_cast<std::int64_t>(values.size() * sizeof(std::int64_t));
        added.integers = std::move(values);
    }
    OnnxNode take() { return std::move(made_); }

private:
    onnx::NodeProto& node(const char* type, const std::string& name, const std::string& output) {
        auto& added = made_.nodes.emplace_back();
        added.set_op_type(type);
        added.set_name(name);
        added.add_output(output);
        return added;
    }
    OnnxInitializer& initializer(onnx::NodeProto& node, const std::string& name, const Shape& shape) {
        auto& added = made_.initializers.emplace_back();
        added.header.set_name(names_.node + "." + name);
        added.header.set_data_type(onnx::TensorProto::FLOAT);
        for (const auto extent : shape) added.header.add_dims(extent);
        added.data_bytes = element_count(shape) * static_cast<std::int64_t>(sizeof(float));
        node.add_input(added.header.name());
        return added;
    }

    OnnxNames names_;
    OnnxNode made_;
};

void add_activation(Builder& builder, op::Activation::Kind kind) {
    switch (kind) {
        case op::Activation::Kind::relu:
            builder.node("Relu");
            return;
        case op::Activation::Kind::relu6: {
            auto& node = builder.node("Clip");
            builder.scalar(node, "min", 0.0F);
            builder.scalar(node, "max", 6.0F);
            return;
        }
        case op::Activation::Kind::sigmoid:
            builder.node("Sigmoid");
            return;
        case op::Activation::Kind::hard_sigmoid: {
            // ONNX's default slope is 0.2; PyTorch's, and this one, is 1/6.
            auto& node = builder.node("HardSigmoid");
            set(node, "alpha", 1.0 / 6.0);
            set(node, "beta", 0.5);
            return;
        }
        case op::Activation::Kind::hard_swish:
            builder.node("HardSwish");
            return;
        case op::Activation::Kind::swish:
            builder.swish();
            return;
    }
}

void add_conv(Builder& builder, const op::Conv& conv, std::span<const Shape> inputs) {
    auto& node = builder.node("Conv");
    set(node, "kernel_shape", conv.kernel);
    set(node, "strides", conv.stride);
    set(node, "dilations", conv.dilation);
    set(node, "pads", conv.pads);
    set(node, "group", conv.group);
    builder.weights(node, conv, inputs);
}

/// Whether ONNX's rule for `ceil_mode`, which keeps a last window that begins in the padding
/// behind the input, gives the graph's shape.
bool rounds_like_onnx(const op::Pool& pool, const Shape& in) {
    const Shape out = op::infer_shape(pool, std::span(&in, 1), "pool");
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t room = in[axis + 1] + pool.pads[axis] + pool.pads[axis + 2] - pool.kernel[axis];
        if ((room + pool.stride[axis] - 1) / pool.stride[axis] + 1 != out[axis + 1]) return false;
    }
    return true;
}

void add_pool(Builder& builder, const op::Pool& pool, const Shape& in) {
    const bool average = pool.kind == op::Pool::Kind::average;
    auto& node = builder.node(average ? "AveragePool" : "MaxPool");
    set(node, "kernel_shape", pool.kernel);
    set(node, "strides", pool.stride);
    set(node, "pads", pool.pads);
    if (average) set(node, "count_include_pad", std::int64_t{pool.count_padding ? 1 : 0});
    if (!pool.ceil) return;
    if (rounds_like_onnx(pool, in)) {
        set(node, "ceil_mode", std::int64_t{1});
        return;
    }
    // Where only one axis differs, padding behind the input says what rounding up would.
    const Shape out = op::infer_shape(pool, std::span(&in, 1), "pool");
    auto& pads = *node.mutable_attribute(2);
    for (int axis = 0; axis < 2; ++axis) {
        const auto i = static_cast<std::size_t>(axis);
        const auto end = (out[i + 1] - 1) * pool.stride[i] + pool.kernel[i] - in[i + 1] - pool.pads[i];
        pads.set_ints(axis + 2, std::max(pool.pads[i + 2], end));
    }
}

void add_slice(Builder& builder, const op::Slice& slice) {
    auto& node = builder.node("Slice");
    builder.integers(node, "starts", {slice.begin});
    builder.integers(node, "ends", {slice.end});
    builder.integers(node, "axes", {1});
}

void add_pad(Builder& builder, const op::Pad& pad) {
    const auto& [top, left, bottom, right] = pad.pads;
    builder.integers(builder.node("Pad"), "pads", {0, 0, top, left, 0, 0, bottom, right});
}

}  // namespace

OnnxNode onnx_node(const op::Operator& op, const std::vector<Shape>& inputs, OnnxNames names) {
    Builder builder(std::move(names));
    std::visit(Overloaded{[](const op::Input&) {}, [&](const op::Conv& conv) { add_conv(builder, conv, inputs); },
                          [&](const op::BatchNormalization& norm) {
                              auto& node = builder.node("BatchNormalization");
                              set(node, "epsilon", norm.epsilon);
                              builder.weights(node, norm, inputs);
                          },
                          [&](const op::Activation& activation) { add_activation(builder, activation.kind); },
                          [&](const op::Pool& pool) { add_pool(builder, pool, inputs[0]); },
                          [&](const op::GlobalAveragePool&) { builder.node("GlobalAveragePool"); },
                          [&](const op::Flatten&) { builder.node("Flatten"); },
                          [&](const op::Gemm& gemm) {
                              auto& node = builder.node("Gemm");
                              set(node, "transB", std::int64_t{1});
                              builder.weights(node, gemm, inputs);
                          },
                          [&](const op::Add&) { builder.node("Add"); }, [&](const op::Mul&) { builder.node("Mul"); },
                          [&](const op::Concat&) { set(builder.node("Concat"), "axis", std::int64_t{1}); },
                          [&](const op::Slice& slice) { add_slice(builder, slice); },
                          [&](const op::ChannelShuffle& shuffle) { builder.shuffle(shuffle.groups, inputs[0]); },
                          [&](const op::Pad& pad) { add_pad(builder, pad); }},
               op);
    return builder.take();
}

std::int64_t delimited(std::int64_t length) {
    using google::protobuf::io::CodedOutputStream;
    return 1 + static_cast<std::int64_t>(CodedOutputStream::VarintSize64(static_cast<std::uint64_t>(length))) + length;
}

std::int64_t OnnxNode::bytes() const {
    // Fields 1 (node) and 5 (initializer) of GraphProto and 9 (raw_data) of
    // TensorProto all have numbers under 16, whose tag takes one byte.
    std::int64_t sum = 0;
    for (const auto& node : nodes) sum += delimited(static_cast<std::int64_t>(node.ByteSizeLong()));
    for (const auto& initializer : initializers) {
        const auto header = static_cast<std::int64_t>(initializer.header.ByteSizeLong());
        sum += delimited(header + delimited(initializer.data_bytes));
    }
    return sum;
}

}  // namespace hwnas
