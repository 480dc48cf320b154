#include "onnx/import_layers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "onnx/constant_folding.h"

namespace hwnas::imports {
namespace {

using Kind = op::Activation::Kind;

constexpr std::size_t no_input = ~std::size_t{0};

/// The decimal number that a float was meant to be: 1e-5, not 9.99999974737875e-06.
double decimal(float value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    double read = 0;
    std::from_chars(digits, end, read);
    return read;
}

Tensor tensor_of(const Constant& constant, Shape shape) { return {std::move(shape), constant.floats}; }
Tensor tensor_of(const Constant& constant) { return tensor_of(constant, constant.dims); }

bool is_near(float value, double wanted) { return std::abs(static_cast<double>(value) - wanted) < 1e-6; }

op::Padding same_padding(const Shape& in, const op::Extent& kernel, const op::Extent& stride,
                         const op::Extent& dilation, bool more_behind) {
    op::Padding pads{};
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t out = (in[axis + 1] + stride[axis] - 1) / stride[axis];
        const std::int64_t span = dilation[axis] * (kernel[axis] - 1) + 1;
        const std::int64_t all = std::max<std::int64_t>(0, (out - 1) * stride[axis] + span - in[axis + 1]);
        pads[axis] = more_behind ? all / 2 : all - all / 2;
        pads[axis + 2] = all - pads[axis];
    }
    return pads;
}

op::Padding padding(const ImportedNode& node, const Shape& in, const op::Extent& kernel, const op::Extent& stride,
                    const op::Extent& dilation) {
    const auto attributes = node.attributes();
    const auto automatic = attributes.text("auto_pad", "NOTSET");
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER")
        return same_padding(in, kernel, stride, dilation, automatic == "SAME_UPPER");
    const auto stated = attributes.integers("pads");
    if (automatic == "VALID" || !stated) return {};
    if (automatic != "NOTSET") throw Unsupported{"auto_pad of SAME_UPPER, SAME_LOWER or VALID", automatic};
    if (stated->size() != 4 ||
        std::any_of(stated->begin(), stated->end(), [](auto pad) { return pad < 0 || pad > 65536; }))
        throw Unsupported{"four paddings from 0 to 65536", joined(*stated)};
    return {(*stated)[0], (*stated)[1], (*stated)[2], (*stated)[3]};
}

/// Of a constant that is added to or multiplied with a tensor: one value, or one a channel.
std::vector<float> by_channel(const Constant& constant, const Shape& shape) {
    const std::size_t rank = shape.size() + 1;
    const auto wrong = [&] {
        return Unsupported{"a constant of one value, or one for each of " + std::to_string(shape[0]) + " channels",
                           "one of " + joined(constant.dims)};
    };
    if (constant.whole || constant.dims.size() > rank) throw wrong();
    for (std::size_t i = 0; i < constant.dims.size(); ++i) {
        const bool is_channel = rank - constant.dims.size() + i == 1;
        if (constant.dims[i] != 1 && !(is_channel && constant.dims[i] == shape[0])) throw wrong();
    }
    return constant.floats;
}

std::size_t fully_connected(const ImportedNode& node, const Constant& matrix, bool transposed, float factor,
                            const Constant* bias, float bias_factor) {
    const std::size_t x = node.tensor(0);
    if (matrix.dims.size() != 2) throw Unsupported{"a weight of two axes", joined(matrix.dims)};
    const std::int64_t features = matrix.dims[transposed ? 0 : 1], inputs = matrix.dims[transposed ? 1 : 0];
    node.budget.spend(matrix.floats.size() * sizeof(float));
    Tensor weight{{features, inputs}, matrix.floats};
    if (!transposed)
        for (std::int64_t f = 0; f < features; ++f)
            for (std::int64_t i = 0; i < inputs; ++i)
                weight.values[static_cast<std::size_t>(f * inputs + i)] =
                    matrix.floats[static_cast<std::size_t>(i * features + f)];
    if (factor != 1.0F)
        for (auto& value : weight.values) value *= factor;
    Weights weights{{"weight", std::move(weight)}};
    if (bias != nullptr) {
        auto values = by_channel(*bias, {features});
        if (values.size() == 1 && features > 1) {
            node.budget.spend(static_cast<std::size_t>(features) * sizeof(float));
            values.assign(static_cast<std::size_t>(features), values[0]);
        }
        if (bias_factor != 1.0F)
            for (auto& value : values) value *= bias_factor;
        weights["bias"] = {{features}, std::move(values)};
    }
    return node.drafts.add(op::Gemm{features, bias != nullptr}, {x}, std::move(weights));
}

/// Which of two operands is the constant, if one is.
std::size_t constant_operand(const ImportedNode& node) {
    if (node.inputs.size() != 2) throw Unsupported{"two operands", std::to_string(node.inputs.size())};
    for (const std::size_t i : {0U, 1U})
        if (node.inputs[i].constant) return i;
    return no_input;
}

}  // namespace

std::size_t conv(const ImportedNode& node) {
    const std::size_t x = node.map(0);
    const auto& weight = node.floats(1);
    if (weight.dims.size() != 4) throw Unsupported{"a weight of four axes", joined(weight.dims)};
    const auto attributes = node.attributes();
    op::Conv conv;
    conv.filters = weight.dims[0];
    for (const std::size_t axis : {0U, 1U}) {
        conv.kernel[axis] = weight.dims[axis + 2];
        if (conv.kernel[axis] < 1 || conv.kernel[axis] > 65536) throw Unsupported{"a kernel", joined(weight.dims)};
    }
    if (attributes.find("kernel_shape") != nullptr && attributes.extent("kernel_shape", 1) != conv.kernel)
        throw Unsupported{"a kernel as large as its weight, " + joined(weight.dims),
                          joined(*attributes.integers("kernel_shape"))};
    conv.stride = attributes.extent("strides", 1);
    conv.dilation = attributes.extent("dilations", 1);
    conv.group = attributes.integer("group", 1);
    conv.pads = padding(node, node.drafts.shape(x), conv.kernel, conv.stride, conv.dilation);
    Weights weights{{"weight", tensor_of(weight)}};
    conv.bias = node.has(2);
    if (conv.bias) weights["bias"] = tensor_of(node.floats(2));
    return node.drafts.add(conv, {x}, std::move(weights));
}

std::size_t batch_norm(const ImportedNode& node) {
    const std::size_t x = node.tensor(0);
    const auto attributes = node.attributes();
    if (attributes.integer("training_mode", 0) != 0 || attributes.integer("spatial", 1) != 1)
        throw Unsupported{"batch norm by running statistics, one a channel", "another one"};
    const float epsilon = attributes.number("epsilon", 1e-5F);
    if (!(epsilon >= 0 && epsilon <= 1)) throw Unsupported{"an epsilon from 0 to 1", std::to_string(epsilon)};
    if (node.drafts.shape(x).size() == 3) {
        Weights weights;
        std::size_t input = 1;
        for (const char* name : {"weight", "bias", "running_mean", "running_var"})
            weights[name] = tensor_of(node.floats(input++));
        return node.drafts.add(op::BatchNormalization{decimal(epsilon)}, {x}, std::move(weights));
    }
    // Of a vector: arithmetic that the layer before takes up.
    const auto values = [&](std::size_t input) {
        auto read = by_channel(node.floats(input), node.drafts.shape(x));
        read.resize(static_cast<std::size_t>(node.drafts.shape(x)[0]), read.empty() ? 0.0F : read[0]);
        return read;
    };
    const auto weight = values(1), bias = values(2), mean = values(3), variance = values(4);
    Affine affine{weight, bias};
    for (std::size_t i = 0; i < weight.size(); ++i) {
        affine.scale[i] /= std::sqrt(variance[i] + epsilon);
        affine.shift[i] -= mean[i] * affine.scale[i];
    }
    return node.drafts.add_affine(x, std::move(affine));
}

std::size_t gemm(const ImportedNode& node) {
    const auto attributes = node.attributes();
    if (attributes.integer("transA", 0) != 0) throw Unsupported{"a first operand that is not transposed", "transA"};
    return fully_connected(node, node.floats(1), attributes.integer("transB", 0) != 0, attributes.number("alpha", 1),
                           node.has(2) ? &node.floats(2) : nullptr, attributes.number("beta", 1));
}

std::size_t matmul(const ImportedNode& node) { return fully_connected(node, node.floats(1), false, 1, nullptr, 1); }

std::size_t pool(const ImportedNode& node) {
    const std::size_t x = node.map(0);
    const auto attributes = node.attributes();
    op::Pool pool;
    pool.kind = node.node.op_type() == "MaxPool" ? op::Pool::Kind::max : op::Pool::Kind::average;
    const bool is_max = pool.kind == op::Pool::Kind::max;
    if (attributes.find("kernel_shape") == nullptr) throw Unsupported{"kernel_shape", "none"};
    pool.kernel = attributes.extent("kernel_shape", 1);
    pool.stride = attributes.extent("strides", 1);
    if (attributes.extent("dilations", 1) != op::Extent{1, 1})
        throw Unsupported{"pooling without dilation", joined(*attributes.integers("dilations"))};
    const Shape& in = node.drafts.shape(x);
    pool.pads = padding(node, in, pool.kernel, pool.stride, {1, 1});
    pool.count_padding = !is_max && attributes.integer("count_include_pad", 0) != 0 && pool.pads != op::Padding{};
    pool.ceil = attributes.integer("ceil_mode", 0) != 0;
    for (const std::size_t axis : {0U, 1U})
        if (pool.ceil && !is_max &&
            (in[axis + 1] + pool.pads[axis] + pool.pads[axis + 2] - pool.kernel[axis]) % pool.stride[axis] != 0)
            throw Unsupported{"average pooling that rounds down", "ceil_mode 1"};
    pool.ceil = pool.ceil && is_max;
    return node.drafts.add(pool, {x});
}

std::size_t global_average(const ImportedNode& node) { return node.drafts.add(op::GlobalAveragePool{}, {node.map(0)}); }

std::size_t reduce_mean(const ImportedNode& node) {
    const std::size_t x = node.map(0);
    const auto axes = integers_of(node.node, "axes", node.constants(), 1).value_or(std::vector<std::int64_t>{});
    std::set<std::size_t> found;
    for (const auto axis : axes) found.insert(axis_of(axis, 4));
    if (found != std::set<std::size_t>{2, 3}) throw Unsupported{"a mean over height and width", "axes " + joined(axes)};
    const std::size_t mean = node.drafts.add(op::GlobalAveragePool{}, {x});
    return node.attributes().integer("keepdims", 1) != 0 ? mean : node.drafts.add_flatten(mean);
}

std::size_t activation(const ImportedNode& node) {
    static const std::unordered_map<std::string, Kind> kinds{{"Relu", Kind::relu},
                                                             {"Sigmoid", Kind::sigmoid},
                                                             {"HardSigmoid", Kind::hard_sigmoid},
                                                             {"HardSwish", Kind::hard_swish}};
    const Kind kind = kinds.at(node.node.op_type());
    const float alpha = node.attributes().number("alpha", 0.2F), beta = node.attributes().number("beta", 0.5F);
    if (kind == Kind::hard_sigmoid && (!is_near(alpha, 1.0 / 6.0) || !is_near(beta, 0.5)))
        throw Unsupported{"HardSigmoid with alpha 1/6 and beta 1/2",
                          "alpha " + std::to_string(alpha) + " and beta " + std::to_string(beta)};
    return node.drafts.add(op::Activation{kind}, {node.tensor(0)});
}

std::size_t clip(const ImportedNode& node) {
    constexpr float all = 3e38F;
    const auto limit = [&](std::size_t input, const char* attribute, float otherwise) {
        if (!node.has(input)) return node.attributes().number(attribute, otherwise);
        const auto& constant = node.floats(input);
        if (constant.size() != 1) throw Unsupported{"one limit", std::to_string(constant.size())};
        return constant.floats[0];
    };
    const float least = limit(1, "min", -all), most = limit(2, "max", all);
    if (least == 0.0F && most == 6.0F) return node.drafts.add(op::Activation{Kind::relu6}, {node.tensor(0)});
    if (least == 0.0F && most >= all) return node.drafts.add(op::Activation{Kind::relu}, {node.tensor(0)});
    throw Unsupported{"Clip from 0 to 6, or from 0 up",
                      "from " + std::to_string(least) + " to " + std::to_string(most)};
}

std::size_t arithmetic(const ImportedNode& node) {
    const auto& type = node.node.op_type();
    if (type == "Neg") return node.drafts.add_affine(node.tensor(0), {{-1.0F}, {0.0F}});
    const std::size_t known = constant_operand(node);
    if (known == no_input) {
        const std::size_t a = node.tensor(0), b = node.tensor(1);
        if (type == "Mul") return node.drafts.add_product(a, b);
        if (type != "Add") throw Unsupported{type + " with a constant", type + " of two tensors"};
        return node.drafts.add(op::Add{}, {a, b});
    }
    const std::size_t x = node.tensor(1 - known);
    const auto values = by_channel(node.floats(known), node.drafts.shape(x));
    node.budget.spend(values.size() * sizeof(float));
    auto negative = values, inverse = values;
    for (auto& value : negative) value = -value;
    for (auto& value : inverse) value = 1 / value;
    if (type == "Add") return node.drafts.add_affine(x, {{1.0F}, values});
    if (type == "Mul") return node.drafts.add_affine(x, {values, {0.0F}});
    if (type == "Sub")
        return node.drafts.add_affine(x, known == 1 ? Affine{{1.0F}, negative} : Affine{{-1.0F}, values});
    if (known == 0) throw Unsupported{"a division by a constant", "one of a constant"};
    return node.drafts.add_affine(x, {inverse, {0.0F}});
}

}  // namespace hwnas::imports
