#include "train/plain_network.h"

#include <cstring>
#include <limits>

namespace hwnas::train {
namespace {

using Kind = op::Activation::Kind;

at::Tensor activated(Kind kind, const at::Tensor& x) {
    switch (kind) {
        case Kind::relu:
            return at::relu(x);
        case Kind::relu6:
            return at::hardtanh(x, 0, 6);
        case Kind::sigmoid:
            return at::sigmoid(x);
        case Kind::hard_sigmoid:
            return at::hardsigmoid(x);
        case Kind::hard_swish:
            return at::hardswish(x);
        case Kind::swish:
            break;
    }
    return at::silu(x);
}

at::Tensor padded(const op::Padding& pads, const at::Tensor& x, double value) {
    const auto& [top, left, bottom, right] = pads;
    return top + left + bottom + right == 0 ? x : at::constant_pad_nd(x, {left, right, top, bottom}, value);
}

at::Tensor pooled(const op::Pool& pool, const at::Tensor& x) {
    const bool even = pool.pads[0] == pool.pads[2] && pool.pads[1] == pool.pads[3];
    const at::IntArrayRef pads(pool.pads.data(), 2);
    if (pool.kind == op::Pool::Kind::max)
        return even ? at::max_pool2d(x, pool.kernel, pool.stride, pads, {1, 1}, pool.ceil)
                    : at::max_pool2d(padded(pool.pads, x, -std::numeric_limits<double>::infinity()), pool.kernel,
                                     pool.stride);
    if (even) return at::avg_pool2d(x, pool.kernel, pool.stride, pads, false, pool.count_padding);
    const at::Tensor mean = at::avg_pool2d(padded(pool.pads, x, 0), pool.kernel, pool.stride);
    if (pool.count_padding) return mean;
    return mean / at::avg_pool2d(padded(pool.pads, at::ones_like(x), 0), pool.kernel, pool.stride);
}

}  // namespace

PlainNetwork::PlainNetwork(const Graph& graph, const Weights& weights, at::ScalarType type) : graph_(graph) {
    check_weights(graph, weights, "weights", Wanted::all);
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
        const Node& node = graph_.nodes()[i];
        for (const auto& spec : op::weight_specs(node.op, graph_.input_shapes(node))) {
            const std::string name = node.name + "." + spec.name;
            const auto& values = weights.at(name).values;
            at::Tensor tensor = at::empty(spec.shape, at::kFloat);
            std::memcpy(tensor.data_ptr<float>(), values.data(), values.size() * sizeof(float));
            tensor = tensor.to(type);
            if (spec.trainable) learned_.push_back(tensor.set_requires_grad(true));
            weights_[name] = tensor;
            const bool multiplies =
                std::holds_alternative<op::Conv>(node.op) || std::holds_alternative<op::Gemm>(node.op);
            if (multiplies && spec.name == "weight") layers_.push_back({i, tensor});
        }
    }
}

at::Tensor PlainNetwork::value_of(const Node& node, const std::vector<at::Tensor>& inputs, Norm norm) const {
    const at::Tensor& x = inputs.front();
    const auto weight = [&](const char* name) {
        const auto found = weights_.find(node.name + "." + name);
        return found == weights_.end() ? at::Tensor() : found->second;
    };
    if (const auto* conv = std::get_if<op::Conv>(&node.op)) {
        const auto& pads = conv->pads;
        const bool even = pads[0] == pads[2] && pads[1] == pads[3];
        return at::conv2d(even ? x : padded(pads, x, 0), weight("weight"), weight("bias"), conv->stride,
                          even ? at::IntArrayRef(pads.data(), 2) : at::IntArrayRef(0), conv->dilation, conv->group);
    }
    if (const auto* batch_norm = std::get_if<op::BatchNormalization>(&node.op)) {
        if (norm == Norm::nothing) return x;
        if (norm == Norm::spelled_out) {
            const at::Tensor centred = x - x.mean({0, 2, 3}, true);
            const at::Tensor deviation = (centred.square().mean({0, 2, 3}, true) + batch_norm->epsilon).sqrt();
            return centred / deviation * weight("weight").view({-1, 1, 1}) + weight("bias").view({-1, 1, 1});
        }
        return at::batch_norm(x, weight("weight"), weight("bias"), weight("running_mean"), weight("running_var"), true,
                              0.1, batch_norm->epsilon, false);
    }
    if (const auto* activation = std::get_if<op::Activation>(&node.op)) return activated(activation->kind, x);
    if (const auto* pool = std::get_if<op::Pool>(&node.op)) return pooled(*pool, x);
    if (std::holds_alternative<op::GlobalAveragePool>(node.op)) return x.mean({2, 3}, true);
    if (std::holds_alternative<op::Flatten>(node.op)) return x.flatten(1);
    if (std::holds_alternative<op::Gemm>(node.op)) return at::linear(x, weight("weight"), weight("bias"));
    if (std::holds_alternative<op::Add>(node.op)) return x + inputs[1];
    if (std::holds_alternative<op::Mul>(node.op)) return x * inputs[1];
    if (std::holds_alternative<op::Concat>(node.op)) return at::cat(inputs, 1);
    if (const auto* slice = std::get_if<op::Slice>(&node.op))
        return x.narrow(1, slice->begin, slice->end - slice->begin);
    if (const auto* shuffle = std::get_if<op::ChannelShuffle>(&node.op))  // at::channel_shuffle has no gradient
        return x.view({x.size(0), shuffle->groups, -1, x.size(2), x.size(3)}).transpose(1, 2).reshape(x.sizes());
    if (const auto* pad = std::get_if<op::Pad>(&node.op)) return padded(pad->pads, x, 0);
    return x;
}

std::vector<at::Tensor> PlainNetwork::values(const at::Tensor& input, Norm norm) const {
    const auto& nodes = graph_.nodes();
    std::vector<at::Tensor> values(nodes.size());
    values[0] = input;
    std::vector<at::Tensor> inputs;
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        inputs.clear();
        for (const NodeId read : nodes[i].inputs) inputs.push_back(values[static_cast<std::size_t>(read)]);
        values[i] = value_of(nodes[i], inputs, norm);
    }
    return values;
}

at::Tensor PlainNetwork::forward(const at::Tensor& input, Norm norm) const { return values(input, norm).back(); }

PlainNetwork PlainNetwork::with(const std::vector<at::Tensor>& layer_weights) const {
    PlainNetwork network = *this;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        network.layers_[i].weight = layer_weights[i];
        network.weights_[graph_.nodes()[layers_[i].node].name + ".weight"] = layer_weights[i];
    }
    return network;
}

double PlainNetwork::step(const at::Tensor& input, const at::Tensor& labels, double learning_rate, double momentum) {
    const at::Tensor loss = at::cross_entropy_loss(forward(input), labels);
    loss.backward();
    const at::NoGradGuard guard;
    if (velocities_.empty())
        for (const auto& weight : learned_) velocities_.push_back(at::zeros_like(weight));
    for (std::size_t i = 0; i < learned_.size(); ++i) {
        at::Tensor gradient = learned_[i].grad();
        if (!gradient.defined()) continue;
        velocities_[i].mul_(momentum).add_(gradient);
        learned_[i].add_(gradient, -learning_rate).add_(velocities_[i], -learning_rate * momentum);
        learned_[i].mutable_grad().reset();
    }
    return loss.item<double>();
}

}  // namespace hwnas::train
