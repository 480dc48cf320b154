#include "devices/accelerator/layers.h"

#include <algorithm>
#include <map>

#include "devices/accelerator/array.h"
#include "core/error.h"

namespace hwnas {
namespace {

template <typename Op>
bool is(const Node& node) {
    return std::holds_alternative<Op>(node.op);
}

/// Additions, products and comparisons for an element; a transcendental counts as four.
double operations_per_element(op::Activation::Kind kind) {
    switch (kind) {
        case op::Activation::Kind::relu:
            return 1;
        case op::Activation::Kind::relu6:
            return 2;
        case op::Activation::Kind::sigmoid:
        case op::Activation::Kind::hard_sigmoid:
            return 4;
        case op::Activation::Kind::hard_swish:
        case op::Activation::Kind::swish:
            break;
    }
    return 5;
}

double vector_operations(const Graph& graph, const Node& node) {
    const auto elements = static_cast<double>(element_count(node.shape));
    if (const auto* activation = std::get_if<op::Activation>(&node.op))
        return elements * operations_per_element(activation->kind);
    if (is<op::BatchNormalization>(node)) return 2 * elements;  // a product and a sum
    if (is<op::Add>(node) || is<op::Mul>(node)) return elements;
    if (const auto* pool = std::get_if<op::Pool>(&node.op))
        return elements * static_cast<double>(pool->kernel[0] * pool->kernel[1]);
    if (is<op::GlobalAveragePool>(node)) return static_cast<double>(element_count(graph.shape(node.inputs[0])));
    return 0;
}

std::optional<MacLayer> mac_layer(const Graph& graph, const Node& node, std::int64_t batch) {
    MacLayer layer;
    layer.images = batch;
    if (const auto* conv = std::get_if<op::Conv>(&node.op)) {
        const Shape& input = graph.shape(node.inputs[0]);
        layer.groups = conv->group;
        layer.filters = conv->filters / conv->group;
        layer.channels = input[0] / conv->group;
        layer.input_rows = input[1];
        layer.input_columns = input[2];
        layer.output_rows = node.shape[1];
        layer.output_columns = node.shape[2];
        layer.kernel = conv->kernel;
        layer.stride = conv->stride;
        layer.dilation = conv->dilation;
        return layer;
    }
    if (const auto* gemm = std::get_if<op::Gemm>(&node.op)) {
        layer.filters = gemm->features;
        layer.channels = element_count(graph.shape(node.inputs[0]));
        return layer;
    }
    return std::nullopt;
}

/// Lowers node by node, and remembers which layer made which tensor last.
class Lowering {
public:
    Lowering(const Accelerator& accelerator, const Graph& graph, std::int64_t batch)
        : accelerator_(&accelerator), graph_(&graph), batch_(batch) {
        const auto size = graph.nodes().size();
        root_.resize(size);
        readers_.resize(size);
        for (NodeId id = 0; id <= graph.output(); ++id) {
            const Node& node = graph.node(id);
            root_[index(id)] = is<op::Flatten>(node) ? root(node.inputs[0]) : id;
            if (!is<op::Flatten>(node))
                for (const NodeId input : node.inputs) ++readers_[index(root(input))];
        }
        ++readers_[index(root(graph.output()))];  // the world
    }

    std::vector<AcceleratorLayer> layers() {
        for (NodeId id = 1; id <= graph_->output(); ++id) {
            const Node& node = graph_->node(id);
            refuse_unsupported(node);
            if (!is<op::Flatten>(node)) lower(id, node);
        }
        // What was fused may need a tensor that is younger than its first node, but none
        // that is younger than its last.
        std::stable_sort(layers_.begin(), layers_.end(),
                         [](const auto& a, const auto& b) { return a.output < b.output; });
        return std::move(layers_);
    }

private:
    static std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }
    [[nodiscard]] NodeId root(NodeId id) const { return root_[index(id)]; }

    void refuse_unsupported(const Node& node) const {
        const auto& refused = accelerator_->unsupported_operators;
        const std::string type = op::onnx_type(node.op);
        if (std::find(refused.begin(), refused.end(), type) != refused.end())
            throw UnsupportedError("the accelerator can't run \"" + node.name + "\": " + type +
                                   " is among its \"unsupported_operators\"");
    }

    void lower(NodeId id, const Node& node) {
        if (const auto joined = layer_to_join(node)) {
            AcceleratorLayer& layer = layers_[*joined];
            // A folded batch norm is in the weights.
            if (!folds_into_weights(node, *joined))
                layer.vector_operations += vector_operations(*graph_, node) * static_cast<double>(batch_);
            for (const NodeId input : node.inputs)
                if (root(input) != layer.output) add_input(layer, input, node);
            layer.output = id;
            weights_only_[*joined] = weights_only_[*joined] && is<op::BatchNormalization>(node);
            maker_[id] = *joined;
            return;
        }
        AcceleratorLayer layer;
        layer.name = node.name;
        layer.operator_type = op::onnx_type(node.op);
        layer.mac = mac_layer(*graph_, node, batch_);
        if (layer.mac) layer.plans = plan_array(*accelerator_, *layer.mac);
        layer.vector_operations = vector_operations(*graph_, node) * static_cast<double>(batch_);
        for (const NodeId input : node.inputs) add_input(layer, input, node);
        layer.output = id;
        layer.output_elements = static_cast<double>(element_count(node.shape));
        for (const auto& spec : op::weight_specs(node.op, graph_->input_shapes(node)))
            layer.weight_elements += static_cast<double>(element_count(spec.shape));
        maker_[id] = layers_.size();
        weights_only_.push_back(layer.mac.has_value());
        layers_.push_back(std::move(layer));
    }

    void add_input(AcceleratorLayer& layer, NodeId input, const Node& node) const {
        const NodeId tensor = root(input);
        if (std::find(layer.inputs.begin(), layer.inputs.end(), tensor) != layer.inputs.end()) return;
        layer.inputs.push_back(tensor);
        // A slice reads no more than it hands on.
        layer.read_elements.push_back(
            static_cast<double>(element_count(is<op::Slice>(node) ? node.shape : graph_->shape(tensor))));
    }

    /// The layer that makes `tensor`, if nobody but one reader sees it.
    [[nodiscard]] std::optional<std::size_t> sole_maker(NodeId tensor) const {
        const auto found = maker_.find(tensor);
        if (found == maker_.end() || readers_[index(tensor)] != 1) return std::nullopt;
        return found->second;
    }

    [[nodiscard]] bool folds_into_weights(const Node& node, std::size_t layer) const {
        return is<op::BatchNormalization>(node) && weights_only_[layer];
    }

    [[nodiscard]] std::optional<std::size_t> layer_to_join(const Node& node) const {
        if (is<op::BatchNormalization>(node) || is<op::Activation>(node)) {
            const auto maker = sole_maker(root(node.inputs[0]));
            if (!maker) return std::nullopt;
            const bool folds =
                is<op::Activation>(node) ? layers_[*maker].mac.has_value() : folds_into_weights(node, *maker);
            return folds || accelerator_->fuse_elementwise ? maker : std::nullopt;
        }
        if (!accelerator_->fuse_elementwise || (!is<op::Add>(node) && !is<op::Mul>(node))) return std::nullopt;
        // The operand that is made last: by then the other one is there.
        const NodeId youngest = std::max(root(node.inputs[0]), root(node.inputs[1]));
        if (graph_->shape(youngest) != node.shape) return std::nullopt;
        return sole_maker(youngest);
    }

    const Accelerator* accelerator_;
    const Graph* graph_;
    std::int64_t batch_;
    std::vector<NodeId> root_;  // the tensor that a node's output is a view of
    std::vector<int> readers_;
    std::vector<AcceleratorLayer> layers_;
    std::vector<bool> weights_only_;  // so far a layer is a convolution and batch norms
    std::map<NodeId, std::size_t> maker_;
};

}  // namespace

double MacLayer::macs() const {
    return static_cast<double>(images) * static_cast<double>(groups * filters) *
           static_cast<double>(channels * taps()) * static_cast<double>(output_rows * output_columns);
}

std::int64_t MacLayer::input_rows_under(std::int64_t rows) const {
    return std::min(input_rows, (rows - 1) * stride[0] + (kernel[0] - 1) * dilation[0] + 1);
}

std::vector<AcceleratorLayer> lower_layers(const Accelerator& accelerator, const Graph& graph, std::int64_t batch) {
    return Lowering(accelerator, graph, batch).layers();
}

}  // namespace hwnas
