#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/json_reader.h"
#include "graph/shape.h"

/// The operators of a network, with ONNX's names, attributes and defaults
/// (opset 17). A feature map is NCHW. Each is a plain value.
namespace hwnas::op {

using Extent = std::array<std::int64_t, 2>;   ///< height, width
using Padding = std::array<std::int64_t, 4>;  ///< top, left, bottom, right, as ONNX orders `pads`

struct Input {
    Shape shape;
};
struct Conv {
    std::int64_t filters = 0;
    Extent kernel{1, 1};
    Extent stride{1, 1};
    Extent dilation{1, 1};
    Padding pads{0, 0, 0, 0};
    std::int64_t group = 1;
    bool bias = false;
};
struct BatchNormalization {
    double epsilon = 1e-5;
};
/// Element-wise, one input. `swish` is x * sigmoid(x), which opset 17 writes as
/// two nodes; `relu6` is ONNX's Clip from 0 to 6.
struct Activation {
    enum class Kind { relu, relu6, sigmoid, hard_sigmoid, hard_swish, swish };
    Kind kind = Kind::relu;
};
struct Pool {
    enum class Kind { max, average };
    Kind kind = Kind::max;
    Extent kernel{1, 1};
    Extent stride{1, 1};
    Padding pads{0, 0, 0, 0};
    /// Of max pooling: a last window that reaches beyond the input counts too, if it
    /// begins inside of it or of the padding before it (PyTorch's `ceil_mode`).
    bool ceil = false;
    bool count_padding = false;  ///< of average pooling: zeros of the padding count as values
};
struct GlobalAveragePool {};
struct Flatten {};
/// A fully connected layer: ONNX's Gemm with a transposed weight {features, inputs}.
struct Gemm {
    std::int64_t features = 0;
    bool bias = true;
};
struct Add {};
/// The second operand may be {C, 1, 1}, broadcast over a {C, H, W} first one.
struct Mul {};
/// The channels of two or more feature maps, one map behind the other.
struct Concat {};
/// Some of a feature map's channels.
struct Slice {
    std::int64_t begin = 0;
    std::int64_t end = 0;  ///< one behind the last
};
/// Channel i of g groups goes to where the i-th of C / g rows of a transpose puts it
/// (ShuffleNet, arXiv 1707.01083, section 3.1). ONNX writes Reshape, Transpose, Reshape.
struct ChannelShuffle {
    std::int64_t groups = 1;
};
/// Zeros around a feature map.
struct Pad {
    Padding pads{0, 0, 0, 0};
};

using Operator = std::variant<Input, Conv, BatchNormalization, Activation, Pool, GlobalAveragePool, Flatten, Gemm, Add,
                              Mul, Concat, Slice, ChannelShuffle, Pad>;

/// ONNX's operator type, `Clip` for relu6 and so on; `Input` for an input.
[[nodiscard]] std::string onnx_type(const Operator& op);

/// The shape that comes out. Throws InputError (place: `name`) where inputs and
/// attributes do not go together, naming the rule and the values.
[[nodiscard]] Shape infer_shape(const Operator& op, std::span<const Shape> inputs, const std::string& name);

/// Multiply-accumulates of convolutions and fully connected layers for one
/// image; zero for every other operator. Biases are not counted.
[[nodiscard]] std::int64_t count_macs(const Operator& op, std::span<const Shape> inputs, const Shape& output);

/// A weight tensor that an operator owns.
struct WeightSpec {
    std::string name;  ///< `weight`, `bias`, `running_mean`, `running_var`: PyTorch's names
    Shape shape;       ///< PyTorch's layout
    bool trainable = true;
};
[[nodiscard]] std::vector<WeightSpec> weight_specs(const Operator& op, std::span<const Shape> inputs);

/// Attributes as JSON, without those that have their default: the one form
/// behind canonical text, graph files and the protocols.
[[nodiscard]] Json to_json(const Operator& op);
/// Reads what `to_json` writes; problems go to the document.
[[nodiscard]] Operator operator_from_json(const JsonValue& value);

[[nodiscard]] std::string activation_name(Activation::Kind kind);
[[nodiscard]] std::vector<std::string> activation_names();
/// \throws InputError on a name that none has
[[nodiscard]] Activation::Kind activation_named(const std::string& name);
[[nodiscard]] Activation::Kind activation_from_json(const JsonValue& value);

}  // namespace hwnas::op
