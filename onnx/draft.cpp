#include "onnx/draft.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace hwnas {
namespace {

using Kind = op::Activation::Kind;

constexpr std::size_t most_draft_nodes = 100'000;
constexpr std::int64_t longest_extent = 1 << 24;
constexpr std::int64_t most_tensor_values = 1 << 28;
constexpr float tolerance = 1e-6F;

bool is_all(const std::vector<float>& values, float wanted) {
    return std::all_of(values.begin(), values.end(), [wanted](float value) {
        return std::abs(value - wanted) <= tolerance * std::max(1.0F, wanted);
    });
}

float at(const std::vector<float>& values, std::size_t i) { return values[values.size() == 1 ? 0 : i]; }

std::vector<float> spread(const std::vector<float>& values, std::int64_t channels) {
    return values.size() == 1 ? std::vector<float>(static_cast<std::size_t>(channels), values[0]) : values;
}

/// Whether it is x times `scale` plus `shift`, whatever the channel.
bool is_affine(const DraftNode& node, float scale, float shift) {
    return node.affine && is_all(node.affine->scale, scale) && is_all(node.affine->shift, shift);
}

/// Extents that no network has would make sums of them overflow.
void check_size(const Shape& shape, const std::string& name) {
    std::int64_t elements = 1;
    for (const auto extent : shape) {
        if (extent > longest_extent || elements > most_tensor_values / std::max<std::int64_t>(extent, 1))
            throw InputError({"node \"" + name + "\"",
                              "a tensor of at most " + std::to_string(most_tensor_values) + " values", to_string(shape),
                              ""});
        elements *= extent;
    }
}

}  // namespace

DraftNetwork::DraftNetwork(const Shape& input, Budget& budget) : budget_(budget) {
    DraftNode node;
    node.op = op::Input{input};
    node.name = "input";
    node.shape = op::infer_shape(node.op, {}, "input");
    check_size(node.shape, node.name);
    nodes_.push_back(std::move(node));
}

void DraftNetwork::name_next(std::string name, std::string type, std::string tensor) {
    name_ = std::move(name);
    type_ = std::move(type);
    tensor_ = std::move(tensor);
}

std::size_t DraftNetwork::push(DraftNode node) {
    if (nodes_.size() >= most_draft_nodes)
        throw InputError(
            {"node \"" + name_ + "\"", "at most " + std::to_string(most_draft_nodes) + " nodes", "more", ""});
    node.name = name_;
    node.type = type_;
    node.tensor = tensor_;
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
}

std::size_t DraftNetwork::add(op::Operator op, std::vector<std::size_t> inputs, Weights weights) {
    std::vector<Shape> shapes;
    for (const auto input : inputs) shapes.push_back(shape(input));
    DraftNode node;
    node.shape = op::infer_shape(op, shapes, name_);
    check_size(node.shape, name_);
    for (const auto& spec : op::weight_specs(op, shapes)) {
        const auto found = weights.find(spec.name);
        if (found == weights.end() || found->second.shape != spec.shape)
            throw InputError({"node \"" + name_ + "\"", "\"" + spec.name + "\" of " + to_string(spec.shape),
                              found == weights.end() ? "none" : to_string(found->second.shape), ""});
    }
    for (const auto& [weight, tensor] : weights) budget_.spend(tensor.values.size() * sizeof(float));
    node.op = std::move(op);
    node.inputs = std::move(inputs);
    node.weights = std::move(weights);
    return push(std::move(node));
}

bool DraftNetwork::is_activation(std::size_t id, Kind kind, std::size_t of) const {
    const DraftNode& draft = node(id);
    const auto* activation = std::get_if<op::Activation>(&draft.op);
    return activation != nullptr && !draft.affine && activation->kind == kind && draft.inputs[0] == of;
}

/// The x of relu6(x + 3).
std::optional<std::size_t> DraftNetwork::shifted_relu6(std::size_t id) const {
    if (node(id).inputs.empty()) return std::nullopt;
    const std::size_t before = node(id).inputs[0];
    if (!is_activation(id, Kind::relu6, before) || !is_affine(node(before), 1, 3)) return std::nullopt;
    return node(before).inputs[0];
}

std::size_t DraftNetwork::add_affine(std::size_t input, Affine affine) {
    const bool scales = !is_all(affine.scale, 1), shifts = !is_all(affine.shift, 0);
    if (!scales && !shifts) return input;
    if (is_all(affine.scale, 1.0F / 6.0F) && !shifts) {
        if (const auto x = shifted_relu6(input)) return add(op::Activation{Kind::hard_sigmoid}, {*x});
        if (std::holds_alternative<op::Mul>(node(input).op) && !node(input).affine)
            for (const std::size_t side : {0U, 1U}) {
                const std::size_t x = node(input).inputs[side];
                if (shifted_relu6(node(input).inputs[1 - side]) == x) return add(op::Activation{Kind::hard_swish}, {x});
            }
    }
    if (node(input).affine) {
        const Affine first = *node(input).affine;
        const std::size_t count =
            std::max({first.scale.size(), first.shift.size(), affine.scale.size(), affine.shift.size()});
        Affine both;
        both.scale.resize(count);
        both.shift.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            both.scale[i] = at(first.scale, i) * at(affine.scale, i);
            both.shift[i] = at(first.shift, i) * at(affine.scale, i) + at(affine.shift, i);
        }
        return add_affine(node(input).inputs[0], std::move(both));
    }
    budget_.spend((affine.scale.size() + affine.shift.size()) * sizeof(float));
    DraftNode draft;
    draft.affine = std::move(affine);
    draft.inputs = {input};
    draft.shape = shape(input);
    return push(std::move(draft));
}

std::size_t DraftNetwork::add_product(std::size_t a, std::size_t b) {
    if (shape(a) == shape(b)) {
        for (const auto& [x, gate] : {std::pair(a, b), std::pair(b, a)}) {
            if (node(gate).inputs.empty()) continue;
            if (is_activation(gate, Kind::sigmoid, x)) return add(op::Activation{Kind::swish}, {x});
            if (is_activation(gate, Kind::hard_sigmoid, x)) return add(op::Activation{Kind::hard_swish}, {x});
        }
        return add(op::Mul{}, {a, b});
    }
    // The factors of squeeze-and-excite stand second.
    const bool swapped = shape(a).size() == 3 && shape(b).size() == 3 && shape(a) == Shape{shape(b)[0], 1, 1};
    return swapped ? add(op::Mul{}, {b, a}) : add(op::Mul{}, {a, b});
}

std::size_t DraftNetwork::add_flatten(std::size_t input) {
    return shape(input).size() == 1 ? input : add(op::Flatten{}, {input});
}

std::optional<std::size_t> DraftNetwork::as_map(std::size_t vector) {
    // From the vector down to the map that it was; then up again.
    std::vector<std::size_t> chain;
    std::size_t at_node = vector;
    while (shape(at_node).size() == 1) {
        const DraftNode& draft = node(at_node);
        const bool known = std::holds_alternative<op::Flatten>(draft.op) ||
                           std::holds_alternative<op::Gemm>(draft.op) ||
                           std::holds_alternative<op::Activation>(draft.op) || draft.affine;
        if (!known || draft.inputs.size() != 1) return std::nullopt;
        chain.push_back(at_node);
        at_node = draft.inputs[0];
    }
    if (shape(at_node)[1] != 1 || shape(at_node)[2] != 1) return std::nullopt;
    std::size_t map = at_node;
    for (; !chain.empty(); chain.pop_back()) {
        const DraftNode draft = node(chain.back());
        if (draft.affine) {
            map = add_affine(map, *draft.affine);
        } else if (const auto* gemm = std::get_if<op::Gemm>(&draft.op)) {
            Weights weights = draft.weights;
            auto& shape_of_weight = weights.at("weight").shape;
            shape_of_weight = {shape_of_weight[0], shape_of_weight[1], 1, 1};
            map = add(op::Conv{.filters = gemm->features, .bias = gemm->bias}, {map}, std::move(weights));
        } else if (!std::holds_alternative<op::Flatten>(draft.op)) {
            map = add(draft.op, {map});
        }
    }
    return map;
}

std::vector<std::size_t> DraftNetwork::needed_by(std::size_t output) const {
    std::vector<bool> needed(nodes_.size(), false);
    needed[output] = true;
    for (std::size_t id = nodes_.size(); id-- > 0;)
        if (needed[id])
            for (const auto input : nodes_[id].inputs) needed[input] = true;
    std::vector<std::size_t> ids;
    for (std::size_t id = 0; id < nodes_.size(); ++id)
        if (needed[id]) ids.push_back(id);
    return ids;
}

/// Rows of a layer's weights times the scale, its bias times it and plus the shift.
void DraftNetwork::fold_into(DraftNode& layer, const Affine& affine) const {
    auto& weight = layer.weights.at("weight");
    const auto rows = static_cast<std::size_t>(weight.shape[0]);
    const std::size_t each = weight.values.size() / rows;
    for (std::size_t i = 0; i < weight.values.size(); ++i) weight.values[i] *= at(affine.scale, i / each);
    auto& bias = layer.weights["bias"];
    if (bias.values.empty()) bias = {{weight.shape[0]}, std::vector<float>(rows, 0.0F)};
    for (std::size_t i = 0; i < rows; ++i) bias.values[i] = bias.values[i] * at(affine.scale, i) + at(affine.shift, i);
    if (auto* conv = std::get_if<op::Conv>(&layer.op)) conv->bias = true;
    if (auto* gemm = std::get_if<op::Gemm>(&layer.op)) gemm->bias = true;
}

std::vector<std::size_t> DraftNetwork::finish(std::size_t& output) {
    std::vector<std::size_t> readers(nodes_.size(), 0);
    for (const auto id : needed_by(output))
        for (const auto input : nodes_[id].inputs) ++readers[input];
    std::vector<std::size_t> stands_for(nodes_.size());
    for (std::size_t id = 0; id < nodes_.size(); ++id) stands_for[id] = id;
    for (const auto id : needed_by(output)) {
        DraftNode& draft = nodes_[id];
        for (auto& input : draft.inputs) input = stands_for[input];
        if (!draft.affine) continue;
        DraftNode& before = nodes_[draft.inputs[0]];
        const bool has_rows = std::holds_alternative<op::Conv>(before.op) ||
                              std::holds_alternative<op::Gemm>(before.op) ||
                              std::holds_alternative<op::BatchNormalization>(before.op);
        if (has_rows && !before.affine && readers[draft.inputs[0]] == 1 && draft.inputs[0] != output) {
            fold_into(before, *draft.affine);
            stands_for[id] = draft.inputs[0];
            readers[draft.inputs[0]] = readers[id];
            continue;
        }
        if (draft.shape.size() != 3)
            throw InputError({"node \"" + draft.name + "\"", "arithmetic with constants on a map or behind a layer",
                              draft.type + " of a vector", ""});
        const std::int64_t channels = draft.shape[0];
        budget_.spend(2 * static_cast<std::size_t>(channels) * sizeof(float));
        draft.op = op::Conv{.filters = channels, .group = channels, .bias = true};
        draft.weights = {{"weight", {{channels, 1, 1, 1}, spread(draft.affine->scale, channels)}},
                         {"bias", {{channels}, spread(draft.affine->shift, channels)}}};
        draft.affine.reset();
    }
    output = stands_for[output];
    return needed_by(output);
}

}  // namespace hwnas
