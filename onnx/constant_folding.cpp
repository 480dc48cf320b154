#include "onnx/constant_folding.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <unordered_map>

#include "onnx/attributes.h"

namespace hwnas {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::int64_t most_computed = 1 << 16;  ///< elements of a computed shape or position list
constexpr std::size_t most_axes = 8;

struct Call {
    const onnx::NodeProto& node;
    const std::vector<ConstantPtr>& inputs;
    std::int64_t opset;
    Budget& budget;

    [[nodiscard]] Attributes attributes() const { return Attributes(node); }
    [[nodiscard]] const Constant& input(std::size_t i) const {
        if (i >= inputs.size() || inputs[i] == nullptr) throw Unsupported{"input " + std::to_string(i), "none"};
        return *inputs[i];
    }
    /// An input that must be of whole numbers.
    [[nodiscard]] const Integers& numbers(std::size_t i) const {
        const auto& constant = input(i);
        if (!constant.whole) throw Unsupported{"whole numbers", "others"};
        return constant.integers;
    }
    [[nodiscard]] ConstantPtr made(Constant constant) const {
        budget.spend(constant.size() * (constant.whole ? sizeof(std::int64_t) : sizeof(float)));
        return std::make_shared<const Constant>(std::move(constant));
    }
    /// The same values in another shape.
    [[nodiscard]] ConstantPtr shaped(Shape dims) const {
        Constant constant = input(0);
        constant.dims = std::move(dims);
        return made(std::move(constant));
    }
};

std::int64_t count_of(const Shape& dims) {
    std::int64_t count = 1;
    for (const auto extent : dims) {
        if (extent < 0 || (extent > 0 && count > (std::int64_t{1} << 31) / extent))
            throw Unsupported{"a shape of a tensor in memory", joined(dims)};
        count *= extent;
    }
    return count;
}

/// Elements of all kinds by their positions in another tensor.
ConstantPtr picked(const Call& call, const Constant& from, Shape dims, const std::vector<std::size_t>& positions) {
    Constant constant;
    constant.dims = std::move(dims);
    constant.whole = from.whole;
    for (const auto position : positions)
        if (from.whole)
            constant.integers.push_back(from.integers.at(position));
        else
            constant.floats.push_back(from.floats.at(position));
    return call.made(std::move(constant));
}

ConstantPtr identity(const Call& call) {
    (void)call.input(0);
    return call.inputs[0];
}

ConstantPtr constant_node(const Call& call) {
    const auto attributes = call.attributes();
    if (const auto* value = attributes.find("value"))
        return read_constant(value->t(), "node \"" + call.node.name() + "\"", call.budget);
    if (const auto* value = attributes.find("value_int")) return make_integers({}, {value->i()});
    if (const auto* value = attributes.find("value_float")) return make_floats({}, {value->f()});
    if (const auto* value = attributes.find("value_ints"))
        return make_integers({value->ints_size()}, {value->ints().begin(), value->ints().end()});
    if (const auto* value = attributes.find("value_floats"))
        return make_floats({value->floats_size()}, {value->floats().begin(), value->floats().end()});
    throw Unsupported{"a constant of numbers", "another one"};
}

ConstantPtr constant_of_shape(const Call& call) {
    const Shape dims = call.numbers(0);
    const auto count = count_of(dims);
    if (count > most_computed) throw Unsupported{"a small shape", joined(dims)};
    const auto* value = call.attributes().find("value");
    if (value == nullptr) return call.made({dims, false, std::vector<float>(static_cast<std::size_t>(count)), {}});
    const auto one = read_constant(value->t(), "node \"" + call.node.name() + "\"", call.budget);
    if (one->size() != 1) throw Unsupported{"a value of one element", std::to_string(one->size())};
    return picked(call, *one, dims, std::vector<std::size_t>(static_cast<std::size_t>(count), 0));
}

ConstantPtr cast(const Call& call) {
    const auto& from = call.input(0);
    const auto to = call.attributes().integer("to", onnx::TensorProto::FLOAT);
    const bool whole = to != onnx::TensorProto::FLOAT && to != onnx::TensorProto::DOUBLE &&
                       to != onnx::TensorProto::FLOAT16 && to != onnx::TensorProto::BFLOAT16;
    if (whole == from.whole) return call.inputs[0];
    Constant made;
    made.dims = from.dims;
    made.whole = whole;
    for (const auto value : from.integers) {
        if (value == batch_symbol) throw Unsupported{"no arithmetic on the batch's size", "a Cast of it"};
        made.floats.push_back(static_cast<float>(value));
    }
    for (const auto value : from.floats) {
        if (!(std::abs(value) < 9e18F)) throw Unsupported{"numbers that are whole", std::to_string(value)};
        made.integers.push_back(static_cast<std::int64_t>(value));
    }
    return call.made(std::move(made));
}

ConstantPtr unsqueeze(const Call& call) {
    const auto axes = integers_of(call.node, "axes", call.inputs, 1);
    if (!axes) throw Unsupported{"axes", "none"};
    const auto& from = call.input(0);
    const std::size_t rank = from.dims.size() + axes->size();
    if (rank > most_axes) throw Unsupported{"at most 8 axes", std::to_string(rank)};
    std::vector<bool> is_new(rank, false);
    for (const auto axis : *axes) is_new[axis_of(axis, rank)] = true;
    if (std::count(is_new.begin(), is_new.end(), true) != static_cast<std::ptrdiff_t>(axes->size()))
        throw Unsupported{"axes that differ", joined(*axes)};
    Shape dims;
    std::size_t next = 0;
    for (const bool one : is_new) dims.push_back(one ? 1 : from.dims[next++]);
    return call.shaped(std::move(dims));
}

ConstantPtr squeeze(const Call& call) {
    const auto& from = call.input(0);
    const auto axes = integers_of(call.node, "axes", call.inputs, 1);
    std::vector<bool> goes(from.dims.size(), false);
    for (std::size_t i = 0; i < goes.size(); ++i) goes[i] = !axes && from.dims[i] == 1;
    for (const auto axis : axes.value_or(Integers{})) goes[axis_of(axis, goes.size())] = true;
    Shape dims;
    for (std::size_t i = 0; i < goes.size(); ++i) {
        if (!goes[i])
            dims.push_back(from.dims[i]);
        else if (from.dims[i] != 1)
            throw Unsupported{"axes of extent 1", joined(from.dims)};
    }
    return call.shaped(std::move(dims));
}

ConstantPtr reshape(const Call& call) {
    const auto& from = call.input(0);
    Shape dims = call.numbers(1);
    if (dims.size() > most_axes) throw Unsupported{"at most 8 axes", std::to_string(dims.size())};
    const auto count = static_cast<std::int64_t>(from.size());
    std::int64_t known = 1;
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] == 0 && i < from.dims.size()) dims[i] = from.dims[i];
        if (dims[i] == -1 && !open) {
            open = i;
            continue;
        }
        if (dims[i] < 0 || dims[i] > count) throw Unsupported{"a shape of as many elements", joined(dims)};
        known = known * std::max<std::int64_t>(dims[i], 1);
        if (known > count) throw Unsupported{"a shape of as many elements", joined(dims)};
    }
    if (open) dims[*open] = count / known;
    if (count_of(dims) != count) throw Unsupported{"a shape of as many elements", joined(dims)};
    return call.shaped(std::move(dims));
}

ConstantPtr transpose(const Call& call) {
    const auto& from = call.input(0);
    const std::size_t rank = from.dims.size();
    Integers order(rank);
    std::iota(order.rbegin(), order.rend(), std::int64_t{0});
    if (const auto stated = call.attributes().integers("perm")) order = *stated;
    Integers sorted = order;
    std::sort(sorted.begin(), sorted.end());
    Integers counted(rank);
    std::iota(counted.begin(), counted.end(), std::int64_t{0});
    if (sorted != counted || rank > most_axes) throw Unsupported{"an order of all axes", joined(order)};
    std::vector<std::size_t> strides(rank, 1);
    for (std::size_t i = rank; i-- > 1;) strides[i - 1] = strides[i] * static_cast<std::size_t>(from.dims[i]);
    Shape dims;
    for (const auto axis : order) dims.push_back(from.dims[static_cast<std::size_t>(axis)]);
    std::vector<std::size_t> positions(from.size());
    Integers index(rank, 0);
    for (auto& position : positions) {
        position = 0;
        for (std::size_t i = 0; i < rank; ++i)
            position += static_cast<std::size_t>(index[i]) * strides[static_cast<std::size_t>(order[i])];
        for (std::size_t i = rank; i-- > 0;) {
            if (++index[i] < dims[i]) break;
            index[i] = 0;
        }
    }
    return picked(call, from, std::move(dims), positions);
}

/// Lists and single numbers are all that shapes are made of.
void need_list(const Constant& constant) {
    if (constant.dims.size() > 1) throw Unsupported{"a list of numbers", "a tensor of " + joined(constant.dims)};
}

ConstantPtr gather(const Call& call) {
    const auto& from = call.input(0);
    need_list(from);
    (void)axis_of(call.attributes().integer("axis", 0), from.dims.size());
    std::vector<std::size_t> positions;
    const auto count = static_cast<std::int64_t>(from.size());
    for (const auto position : call.numbers(1)) {
        if (position < -count || position >= count)
            throw Unsupported{"a position among " + std::to_string(count), std::to_string(position)};
        positions.push_back(static_cast<std::size_t>(position < 0 ? position + count : position));
    }
    return picked(call, from, call.input(1).dims, positions);
}

ConstantPtr concat(const Call& call) {
    Constant made;
    made.whole = call.input(0).whole;
    for (std::size_t i = 0; i < call.inputs.size(); ++i) {
        const auto& part = call.input(i);
        need_list(part);
        if (part.whole != made.whole) throw Unsupported{"numbers of one kind", "of two"};
        made.floats.insert(made.floats.end(), part.floats.begin(), part.floats.end());
        made.integers.insert(made.integers.end(), part.integers.begin(), part.integers.end());
        if (static_cast<std::int64_t>(made.size()) > most_computed) throw Unsupported{"a short list", "a long one"};
    }
    made.dims = {static_cast<std::int64_t>(made.size())};
    return call.made(std::move(made));
}

ConstantPtr slice(const Call& call) {
    const auto& from = call.input(0);
    const auto starts = integers_of(call.node, "starts", call.inputs, 1);
    const auto ends = integers_of(call.node, "ends", call.inputs, 2);
    const auto axes = integers_of(call.node, "axes", call.inputs, 3).value_or(Integers{0});
    const auto steps = integers_of(call.node, "steps", call.inputs, 4).value_or(Integers{1});
    if (!starts || !ends || starts->size() != 1 || ends->size() != 1 || axes.size() != 1 || steps.size() != 1 ||
        from.dims.empty())
        throw Unsupported{"a slice of one axis", "another one"};
    if (axis_of(axes[0], from.dims.size()) != 0) throw Unsupported{"a slice of the first axis", joined(axes)};
    const std::int64_t count = from.dims[0], step = steps[0];
    if (step != 1 && step != -1) throw Unsupported{"a step of 1 or -1", std::to_string(step)};
    const auto inside = [&](std::int64_t position) {
        if (position < 0) position = position < -count ? -1 : position + count;
        return step > 0 ? std::clamp<std::int64_t>(position, 0, count)
                        : std::clamp<std::int64_t>(position, -1, count - 1);
    };
    std::vector<std::size_t> positions;
    const std::int64_t each = count == 0 ? 0 : static_cast<std::int64_t>(from.size()) / count;
    std::int64_t rows = 0;
    const std::int64_t first = inside((*starts)[0]), last = inside((*ends)[0]);
    for (std::int64_t row = first; step > 0 ? row < last : row > last; row += step, ++rows)
        for (std::int64_t i = 0; i < each; ++i) positions.push_back(static_cast<std::size_t>(row * each + i));
    Shape dims = from.dims;
    dims[0] = rows;
    return picked(call, from, std::move(dims), positions);
}

ConstantPtr shape_of(const Call& call) {
    const auto& from = call.input(0);
    return make_integers({static_cast<std::int64_t>(from.dims.size())}, from.dims);
}

/// One number against as many, or each against its own.
template <class Value, class Operation>
std::vector<Value> combined(const std::vector<Value>& a, const std::vector<Value>& b, Operation&& operation) {
    std::vector<Value> made;
    const std::size_t count = a.size() == 1 ? b.size() : a.size();
    for (std::size_t i = 0; i < count; ++i)
        made.push_back(operation(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]));
    return made;
}

std::int64_t computed(const std::string& type, std::int64_t a, std::int64_t b) {
    const bool open = a == batch_symbol || b == batch_symbol;
    if (open) {
        // x * 1, x / 1, x + 0 and x - 0 leave it as it is.
        const std::int64_t neutral = type == "Mul" || type == "Div" ? 1 : 0;
        if (b == neutral) return a;
        if (a == neutral && (type == "Mul" || type == "Add")) return b;
        throw Unsupported{"no arithmetic on the batch's size", type + " of it"};
    }
    std::int64_t made = 0;
    bool overflow = false;
    if (type == "Add") overflow = __builtin_add_overflow(a, b, &made);
    if (type == "Sub") overflow = __builtin_sub_overflow(a, b, &made);
    if (type == "Mul") overflow = __builtin_mul_overflow(a, b, &made);
    if (type == "Div") {
        if (b == 0 || b == -1) throw Unsupported{"a division of sizes", "one by " + std::to_string(b)};
        made = a / b;
    }
    if (overflow || made == batch_symbol) throw Unsupported{"sizes of tensors in memory", "greater ones"};
    return made;
}

float computed(const std::string& type, float a, float b) {
    if (type == "Add") return a + b;
    if (type == "Sub") return a - b;
    if (type == "Mul") return a * b;
    return a / b;
}

ConstantPtr arithmetic(const Call& call) {
    const auto &a = call.input(0), &b = call.input(1);
    const bool same = a.dims == b.dims;
    const bool fits = same || a.size() == 1 || b.size() == 1;
    if (!fits || a.whole != b.whole)
        throw Unsupported{"constants of one shape, or a single number", joined(a.dims) + " and " + joined(b.dims)};
    Constant made;
    made.whole = a.whole;
    const bool second = !same && (a.size() == 1 && (b.size() != 1 || b.dims.size() > a.dims.size()));
    made.dims = second ? b.dims : a.dims;
    const auto& type = call.node.op_type();
    if (a.whole)
        made.integers = combined(a.integers, b.integers, [&](auto x, auto y) { return computed(type, x, y); });
    else
        made.floats = combined(a.floats, b.floats, [&](auto x, auto y) { return computed(type, x, y); });
    return call.made(std::move(made));
}

ConstantPtr negated(const Call& call) {
    Constant made = call.input(0);
    for (auto& value : made.floats) value = -value;
    for (auto& value : made.integers) value = computed("Sub", std::int64_t{0}, value);
    return call.made(std::move(made));
}

ConstantPtr rooted(const Call& call) {
    Constant made = call.input(0);
    if (made.whole) throw Unsupported{"a root of floats", "of whole numbers"};
    for (auto& value : made.floats) value = std::sqrt(value);
    return call.made(std::move(made));
}

ConstantPtr floored(const Call& call) {
    Constant made = call.input(0);
    for (auto& value : made.floats) value = std::floor(value);
    return call.made(std::move(made));
}

using Fold = ConstantPtr (*)(const Call&);

const std::unordered_map<std::string, Fold>& folds() {
    static const std::unordered_map<std::string, Fold> all{{"Constant", constant_node},
                                                           {"ConstantOfShape", constant_of_shape},
                                                           {"Identity", identity},
                                                           {"Cast", cast},
                                                           {"Unsqueeze", unsqueeze},
                                                           {"Squeeze", squeeze},
                                                           {"Reshape", reshape},
                                                           {"Transpose", transpose},
                                                           {"Gather", gather},
                                                           {"Concat", concat},
                                                           {"Slice", slice},
                                                           {"Shape", shape_of},
                                                           {"Add", arithmetic},
                                                           {"Sub", arithmetic},
                                                           {"Mul", arithmetic},
                                                           {"Div", arithmetic},
                                                           {"Neg", negated},
                                                           {"Sqrt", rooted},
                                                           {"Floor", floored}};
    return all;
}

}  // namespace

ConstantPtr folded(const onnx::NodeProto& node, const std::vector<ConstantPtr>& inputs, std::int64_t opset,
                   Budget& budget) {
    const auto found = folds().find(node.op_type());
    return found == folds().end() ? nullptr : found->second({node, inputs, opset, budget});
}

std::size_t axis_of(std::int64_t axis, std::size_t rank) {
    const auto count = static_cast<std::int64_t>(rank);
    if (axis < -count || axis >= count)
        throw Unsupported{"one of " + std::to_string(rank) + " axes", std::to_string(axis)};
    return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

std::optional<std::vector<std::int64_t>> integers_of(const onnx::NodeProto& node, const char* attribute,
                                                     const std::vector<ConstantPtr>& inputs, std::size_t input) {
    if (auto stated = Attributes(node).integers(attribute)) return stated;
    if (input >= inputs.size() || inputs[input] == nullptr) return std::nullopt;
    if (!inputs[input]->whole) throw Unsupported{std::string(attribute) + " as whole numbers", "others"};
    return inputs[input]->integers;
}

}  // namespace hwnas
