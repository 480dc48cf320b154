#include "train/network.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "train/batch_norm.h"
#include "train/kernels.h"

namespace hwnas::train {
namespace {

/// PyTorch's share of the newest batch in the running statistics.
constexpr double usual_momentum = 0.1;

std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }

bool decays(const op::Operator& op, const std::string& weight) {
    return weight == "weight" && !std::holds_alternative<op::BatchNormalization>(op);
}

}  // namespace

Network::Network(const Graph& graph, const at::Device& device)
    : graph_(graph), device_(device), least_share_(usual_momentum) {
    const c10::InferenceMode guard;
    make_layers();
    make_weights();
    if (kernels::available() && device_.is_cpu()) by_parts_.emplace(graph_, layers_);
    initialise(Rng(0));
}

void Network::make_layers() {
    const auto& nodes = graph_.nodes();
    std::vector<std::vector<std::size_t>> reading(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i)
        for (const NodeId input : nodes[i].inputs) reading[index(input)].push_back(i);
    std::vector<bool> fused(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (fused[i] || std::holds_alternative<op::Input>(nodes[i].op)) continue;
        Layer layer;
        layer.op = nodes[i].op;
        for (const NodeId input : nodes[i].inputs) layer.inputs.push_back(index(input));
        layer.node = i;
        layer.output = i;
        if (std::holds_alternative<op::BatchNormalization>(layer.op) && reading[i].size() == 1) {
            const std::size_t next = reading[i].front();
            if (const auto* activation = std::get_if<op::Activation>(&nodes[next].op);
                activation != nullptr && fits_behind_batch_norm(activation->kind)) {
                layer.activation = activation->kind;
                layer.output = next;
                fused[next] = true;
            }
        }
        prepare(layer, graph_.input_shapes(nodes[i]), nodes[i].shape, device_);
        layers_.push_back(std::move(layer));
    }
    last_reader_.assign(nodes.size(), layers_.size());
    readers_.assign(nodes.size(), 0);
    for (std::size_t l = 0; l < layers_.size(); ++l)
        for (const std::size_t input : layers_[l].inputs) {
            last_reader_[input] = l;
            ++readers_[input];
        }
}

void Network::make_weights() {
    // Sizes first: all trainable weights are views into one array.
    std::int64_t decayed = 0, others = 0;
    for (const auto& node : graph_.nodes()) {
        const auto shapes = graph_.input_shapes(node);
        for (const auto& spec : op::weight_specs(node.op, shapes))
            if (spec.trainable) (decays(node.op, spec.name) ? decayed : others) += element_count(spec.shape);
    }
    const auto options = at::TensorOptions().dtype(at::kFloat).device(device_);
    parameters_ = at::zeros({decayed + others}, options);
    gradients_ = at::zeros({decayed + others}, options);
    decayed_ = decayed;
    std::vector<std::size_t> layer_of(graph_.nodes().size());
    for (std::size_t l = 0; l < layers_.size(); ++l) layer_of[layers_[l].node] = l;
    std::int64_t next_decayed = 0, next_other = decayed;

    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
        const Node& node = graph_.nodes()[i];
        for (const auto& spec : op::weight_specs(node.op, graph_.input_shapes(node))) {
            Named named{node.name + "." + spec.name, {}, {}};
            if (spec.trainable) {
                std::int64_t& next = decays(node.op, spec.name) ? next_decayed : next_other;
                const std::int64_t count = element_count(spec.shape);
                named.tensor = parameters_.narrow(0, next, count).view(spec.shape);
                named.gradient = gradients_.narrow(0, next, count).view(spec.shape);
                next += count;
            } else {
                named.tensor = at::zeros(spec.shape, options);
            }
            LayerWeights& weights = layers_[layer_of[i]].weights;
            if (spec.name == "weight") {
                weights.weight = named.tensor;
                weights.weight_gradient = named.gradient;
            } else if (spec.name == "bias") {
                weights.bias = named.tensor;
                weights.bias_gradient = named.gradient;
            } else {
                (spec.name == "running_mean" ? weights.running_mean : weights.running_var) = named.tensor;
            }
            tensors_.push_back(std::move(named));
        }
    }
}

void Network::initialise(const Rng& rng) {
    const c10::InferenceMode guard;
    training_passes_ = 0;
    least_share_ = usual_momentum;
    std::size_t next = 0;
    for (const auto& node : graph_.nodes())
        for (const auto& spec : op::weight_specs(node.op, graph_.input_shapes(node))) {
            at::Tensor& tensor = tensors_[next].tensor;
            const bool norm = std::holds_alternative<op::BatchNormalization>(node.op);
            if (spec.name == "running_var" || (norm && spec.name == "weight")) {
                tensor.fill_(1);
            } else if (spec.name != "weight") {
                tensor.zero_();
            } else {
                double deviation = 0.01;
                if (const auto* conv = std::get_if<op::Conv>(&node.op)) {
                    // As torchvision counts it: over all groups.
                    const std::int64_t fan_out = conv->filters * conv->kernel[0] * conv->kernel[1];
                    deviation = std::sqrt(2.0 / static_cast<double>(fan_out));
                }
                Rng stream = rng.split(seed_word(tensors_[next].name));
                at::Tensor drawn = at::empty(spec.shape, at::kFloat);
                float* values = drawn.data_ptr<float>();
                for (std::int64_t i = 0; i < drawn.numel(); ++i)
                    values[i] = static_cast<float>(deviation * stream.normal());
                tensor.copy_(drawn);
            }
            ++next;
        }
}

void Network::load(const Weights& weights, const std::string& origin, Wanted wanted) {
    const c10::InferenceMode guard;
    check_weights(graph_, weights, origin, wanted);
    for (auto& [name, tensor, gradient] : tensors_) {
        const auto found = weights.find(name);
        if (found == weights.end()) continue;
        const Tensor& source = found->second;
        at::Tensor values = at::empty(tensor.sizes(), at::kFloat);
        std::memcpy(values.data_ptr<float>(), source.values.data(), source.values.size() * sizeof(float));
        tensor.copy_(values);
    }
    // The statistics are as good as the weights: no reason to start them anew.
    training_passes_ = static_cast<std::int64_t>(std::ceil(1 / usual_momentum));
    least_share_ = usual_momentum;
}

Weights Network::weights() const {
    const c10::InferenceMode guard;
    Weights weights;
    for (const auto& [name, tensor, gradient] : tensors_) {
        const at::Tensor values = tensor.cpu().contiguous();
        const float* first = values.data_ptr<float>();
        weights[name] = {tensor.sizes().vec(), std::vector<float>(first, first + values.numel())};
    }
    return weights;
}

/// With a fixed share of 0.1, the 0 and 1 that running statistics start from still
/// weigh 12 % after 20 batches, and a short training would be rated by them. So the
/// first ten batches are averaged evenly, which leaves no trace of the start, and
/// the usual share takes over from there.
double Network::momentum() const { return std::max(least_share_, 1.0 / static_cast<double>(training_passes_)); }

void Network::restart_statistics() {
    training_passes_ = 0;
    least_share_ = 0;
}

at::Tensor Network::forward(const at::Tensor& input, Mode mode) {
    if (mode == Mode::training) ++training_passes_;
    const at::Tensor in_order = input.dim() == 4 ? input.contiguous(at::MemoryFormat::ChannelsLast) : input;
    if (mode == Mode::training && by_parts_) return by_parts_->forward(in_order, momentum());
    std::vector<at::Tensor> values(graph_.nodes().size());
    values[0] = in_order;
    const double share = mode == Mode::training ? momentum() : 0;
    std::vector<at::Tensor> inputs;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        Layer& layer = layers_[l];
        inputs.clear();
        for (const std::size_t i : layer.inputs) inputs.push_back(values[i]);
        // Never the caller's own tensor, nor a view of one that others may read.
        const std::size_t first = layer.inputs.front();
        const bool reusable =
            readers_[first] == 1 && first != 0 && !std::holds_alternative<op::Flatten>(graph_.nodes()[first].op);
        values[layer.output] = train::forward(layer, inputs, mode, reusable, share);
        for (const std::size_t i : layer.inputs)
            if (last_reader_[i] == l) values[i].reset();
    }
    return values.back();
}

at::Tensor Network::backward(const at::Tensor& output_gradient, bool want_input_gradient) {
    gradients_.zero_();
    if (by_parts_) return by_parts_->backward(output_gradient, want_input_gradient);
    std::vector<at::Tensor> gradients(graph_.nodes().size());
    gradients.back() = output_gradient;
    for (std::size_t l = layers_.size(); l-- > 0;) {
        Layer& layer = layers_[l];
        // A node that nothing reads has no part in the output.
        if (!gradients[layer.output].defined()) {
            layer.saved = {};
            continue;
        }
        const bool wanted = want_input_gradient || layer.inputs.front() != 0;
        const auto found = train::backward(layer, gradients[layer.output], wanted);
        gradients[layer.output].reset();
        for (std::size_t i = 0; i < found.size(); ++i) {
            at::Tensor& sum = gradients[layer.inputs[i]];
            if (found[i].defined()) sum = sum.defined() ? at::add(sum, found[i]) : found[i];
        }
    }
    return gradients.front();
}

}  // namespace hwnas::train
