#include "graph/operators.h"

#include "core/error.h"

namespace hwnas::op {
namespace {

using hwnas::to_string;

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;  // clang before 17 does not deduce it itself

/// Checks of one node's inputs, whose messages name the node.
class Checker {
public:
    Checker(const std::string& name, std::span<const Shape> inputs) : name_(name), inputs_(inputs) {}

    void input_count(std::size_t count) const {
        if (inputs_.size() != count) fail(std::to_string(count) + " input(s)", std::to_string(inputs_.size()));
    }
    const Shape& feature_map(std::size_t index = 0) const {
        if (inputs_[index].size() != 3) fail("a feature map of channels x height x width", to_string(inputs_[index]));
        return inputs_[index];
    }
    void that(bool holds, const std::string& expected, const std::string& found) const {
        if (!holds) fail(expected, found);
    }
    [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
        throw InputError({"node \"" + name_ + "\"", expected, found, ""});
    }

private:
    const std::string& name_;
    std::span<const Shape> inputs_;
};

std::int64_t swept_extent(const Checker& check, std::int64_t in, std::int64_t kernel, std::int64_t stride,
                          std::int64_t dilation, std::int64_t pad) {
    const std::int64_t span = dilation * (kernel - 1) + 1;
    check.that(kernel > 0 && stride > 0 && dilation > 0 && pad >= 0,
               "positive kernel, stride and dilation and no negative padding",
               std::to_string(kernel) + ", " + std::to_string(stride) + ", " + std::to_string(dilation) + ", " +
                   std::to_string(pad));
    check.that(in + pad >= span, "an input (padding included) no smaller than the kernel's span",
               std::to_string(in + pad) + " against " + std::to_string(span));
    return (in + pad - span) / stride + 1;
}

/// What rounding up adds to an extent of max pooling.
std::int64_t rounded_up(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                        std::int64_t before, std::int64_t pad) {
    const bool left_over = (in + pad - kernel) % stride != 0;
    return left_over && out * stride < in + before ? 1 : 0;
}

Shape swept(const Checker& check, const Shape& in, std::int64_t channels, const Extent& kernel, const Extent& stride,
            const Extent& dilation, const Padding& pads) {
    return {channels, swept_extent(check, in[1], kernel[0], stride[0], dilation[0], pads[0] + pads[2]),
            swept_extent(check, in[2], kernel[1], stride[1], dilation[1], pads[1] + pads[3])};
}

const std::vector<std::pair<Activation::Kind, std::string>>& known_activations() {
    using Kind = Activation::Kind;
    static const std::vector<std::pair<Kind, std::string>> names{
        {Kind::relu, "relu"},       {Kind::relu6, "relu6"},
        {Kind::sigmoid, "sigmoid"}, {Kind::hard_sigmoid, "hard-sigmoid"},
        {Kind::swish, "swish"},     {Kind::hard_swish, "hard-swish"}};
    return names;
}

}  // namespace

std::string activation_name(Activation::Kind kind) {
    for (const auto& [known, name] : known_activations())
        if (known == kind) return name;
    return {};
}

std::vector<std::string> activation_names() {
    std::vector<std::string> names;
    for (const auto& [kind, name] : known_activations()) names.push_back(name);
    return names;
}

Activation::Kind activation_named(const std::string& name) {
    for (const auto& [kind, known] : known_activations())
        if (known == name) return kind;
    throw InputError({"activation", "one that is known", "\"" + name + "\"", ""});
}

Activation::Kind activation_from_json(const JsonValue& value) {
    const auto word = value.one_of(activation_names());
    for (const auto& [kind, name] : known_activations())
        if (name == word) return kind;
    return Activation::Kind::relu;
}

std::string onnx_type(const Operator& op) {
    return std::visit(
        Overloaded{
            [](const Input&) { return std::string("Input"); }, [](const Conv&) { return std::string("Conv"); },
            [](const BatchNormalization&) { return std::string("BatchNormalization"); },
            [](const Activation& activation) {
                switch (activation.kind) {
                    case Activation::Kind::relu:
                        return std::string("Relu");
                    case Activation::Kind::relu6:
                        return std::string("Clip");
                    case Activation::Kind::sigmoid:
                        return std::string("Sigmoid");
                    case Activation::Kind::hard_sigmoid:
                        return std::string("HardSigmoid");
                    case Activation::Kind::hard_swish:
                        return std::string("HardSwish");
                    case Activation::Kind::swish:
                        break;
                }
                return std::string("Swish");
            },
            [](const Pool& pool) { return std::string(pool.kind == Pool::Kind::max ? "MaxPool" : "AveragePool"); },
            [](const GlobalAveragePool&) { return std::string("GlobalAveragePool"); },
            [](const Flatten&) { return std::string("Flatten"); }, [](const Gemm&) { return std::string("Gemm"); },
            [](const Add&) { return std::string("Add"); }, [](const Mul&) { return std::string("Mul"); },
            [](const Concat&) { return std::string("Concat"); }, [](const Slice&) { return std::string("Slice"); },
            [](const ChannelShuffle&) { return std::string("ChannelShuffle"); },
            [](const Pad&) { return std::string("Pad"); }},
        op);
}

Shape infer_shape(const Operator& op, std::span<const Shape> inputs, const std::string& name) {
    const Checker check(name, inputs);
    return std::visit(
        Overloaded{
            [&](const Input& input) {
                check.input_count(0);
                check.that(!input.shape.empty() && element_count(input.shape) > 0, "a shape of positive extents",
                           to_string(input.shape));
                return input.shape;
            },
            [&](const Conv& conv) {
                check.input_count(1);
                const Shape& in = check.feature_map();
                check.that(conv.filters > 0, "at least one filter", std::to_string(conv.filters));
                check.that(conv.group > 0 && in[0] % conv.group == 0 && conv.filters % conv.group == 0,
                           "a group count that divides input channels and filters",
                           std::to_string(conv.group) + " groups, " + std::to_string(in[0]) + " input channels, " +
                               std::to_string(conv.filters) + " filters");
                return swept(check, in, conv.filters, conv.kernel, conv.stride, conv.dilation, conv.pads);
            },
            [&](const BatchNormalization&) {
                check.input_count(1);
                return check.feature_map();
            },
            [&](const Activation&) {
                check.input_count(1);
                return inputs[0];
            },
            [&](const Pool& pool) {
                check.input_count(1);
                const Shape& in = check.feature_map();
                check.that(pool.pads[0] < pool.kernel[0] && pool.pads[2] < pool.kernel[0] &&
                               pool.pads[1] < pool.kernel[1] && pool.pads[3] < pool.kernel[1],
                           "padding smaller than the pooling kernel", "a window of padding alone");
                Shape out = swept(check, in, in[0], pool.kernel, pool.stride, {1, 1}, pool.pads);
                if (!pool.ceil) return out;
                check.that(pool.kind == Pool::Kind::max, "max pooling, where rounding up is defined",
                           "average pooling that rounds up");
                for (std::size_t axis = 0; axis < 2; ++axis)
                    out[axis + 1] += rounded_up(in[axis + 1], out[axis + 1], pool.kernel[axis], pool.stride[axis],
                                                pool.pads[axis], pool.pads[axis] + pool.pads[axis + 2]);
                return out;
            },
            [&](const GlobalAveragePool&) {
                check.input_count(1);
                return Shape{check.feature_map()[0], 1, 1};
            },
            [&](const Flatten&) {
                check.input_count(1);
                return Shape{element_count(inputs[0])};
            },
            [&](const Gemm& gemm) {
                check.input_count(1);
                check.that(inputs[0].size() == 1, "a vector (put a Flatten before)", to_string(inputs[0]));
                check.that(gemm.features > 0, "at least one feature", std::to_string(gemm.features));
                return Shape{gemm.features};
            },
            [&](const Add&) {
                check.input_count(2);
                check.that(inputs[0] == inputs[1], "two inputs of one shape",
                           to_string(inputs[0]) + " and " + to_string(inputs[1]));
                return inputs[0];
            },
            [&](const Mul&) {
                check.input_count(2);
                const bool broadcast = inputs[0].size() == 3 && inputs[1] == Shape{inputs[0][0], 1, 1};
                check.that(broadcast || inputs[0] == inputs[1],
                           "two inputs of one shape, or a second one of channels x 1 x 1",
                           to_string(inputs[0]) + " and " + to_string(inputs[1]));
                return inputs[0];
            },
            [&](const Concat&) {
                check.that(inputs.size() >= 2, "two inputs or more", std::to_string(inputs.size()));
                Shape joined = check.feature_map();
                for (std::size_t i = 1; i < inputs.size(); ++i) {
                    const Shape& other = check.feature_map(i);
                    check.that(other[1] == joined[1] && other[2] == joined[2], "feature maps of one height and width",
                               to_string(inputs[0]) + " and " + to_string(other));
                    joined[0] += other[0];
                }
                return joined;
            },
            [&](const Slice& slice) {
                check.input_count(1);
                const Shape& in = check.feature_map();
                check.that(0 <= slice.begin && slice.begin < slice.end && slice.end <= in[0],
                           "a range of the " + std::to_string(in[0]) + " channels",
                           std::to_string(slice.begin) + " to " + std::to_string(slice.end));
                return Shape{slice.end - slice.begin, in[1], in[2]};
            },
            [&](const ChannelShuffle& shuffle) {
                check.input_count(1);
                const Shape& in = check.feature_map();
                check.that(shuffle.groups > 0 && in[0] % shuffle.groups == 0, "a group count that divides the channels",
                           std::to_string(shuffle.groups) + " groups, " + std::to_string(in[0]) + " channels");
                return in;
            },
            [&](const Pad& pad) {
                check.input_count(1);
                const Shape& in = check.feature_map();
                for (const auto extent : pad.pads)
                    check.that(extent >= 0, "no negative padding", std::to_string(extent));
                return Shape{in[0], in[1] + pad.pads[0] + pad.pads[2], in[2] + pad.pads[1] + pad.pads[3]};
            }},
        op);
}

std::int64_t count_macs(const Operator& op, std::span<const Shape> inputs, const Shape& output) {
    if (const auto* conv = std::get_if<Conv>(&op))
        return element_count(output) * (inputs[0][0] / conv->group) * conv->kernel[0] * conv->kernel[1];
    if (std::holds_alternative<Gemm>(op)) return element_count(output) * inputs[0][0];
    return 0;
}

std::vector<WeightSpec> weight_specs(const Operator& op, std::span<const Shape> inputs) {
    std::vector<WeightSpec> specs;
    if (const auto* conv = std::get_if<Conv>(&op)) {
        specs.push_back({"weight", {conv->filters, inputs[0][0] / conv->group, conv->kernel[0], conv->kernel[1]}});
        if (conv->bias) specs.push_back({"bias", {conv->filters}});
    } else if (std::holds_alternative<BatchNormalization>(op)) {
        const Shape channels{inputs[0][0]};
        specs.push_back({"weight", channels});
        specs.push_back({"bias", channels});
        specs.push_back({"running_mean", channels, false});
        specs.push_back({"running_var", channels, false});
    } else if (const auto* gemm = std::get_if<Gemm>(&op)) {
        specs.push_back({"weight", {gemm->features, inputs[0][0]}});
        if (gemm->bias) specs.push_back({"bias", {gemm->features}});
    }
    return specs;
}

}  // namespace hwnas::op
