#include "onnx/writer.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdio>
#include <limits>
#include <optional>
#include <set>

#include "core/error.h"
#include "onnx/node_messages.h"

namespace hwnas {
namespace {

constexpr std::int64_t ir_version = 8;
constexpr std::int64_t opset = 17;
constexpr std::int64_t most_segments = 100'000;  // five digits
constexpr const char* input_name = "images";
constexpr const char* output_name = "logits";

std::string boundary_name(std::int64_t segment) {
    std::string digits = std::to_string(segment);
    return "s" + std::string(5 - std::min<std::size_t>(5, digits.size()), '0') + digits;
}

/// `segment.node`; a name that starts with its segment's keeps as it is. The
/// nodes before the first segment have none.
std::string name_in_file(std::string_view segment, std::string_view node) {
    if (segment.empty()) return std::string(node);
    std::string name(segment);
    name += '.';
    if (node.starts_with(name)) return std::string(node);
    return name.append(node);
}

/// Names for a whole network.
class NetworkNames {
public:
    explicit NetworkNames(const Graph& graph) : graph_(&graph) {
        if (static_cast<std::int64_t>(graph.segments().size()) > most_segments)
            throw InputError({"network", "at most " + std::to_string(most_segments) + " segments",
                              std::to_string(graph.segments().size()), ""});
    }
    [[nodiscard]] OnnxNames of(NodeId id) const {
        OnnxNames names{node(id), {}, tensor(id)};
        for (const NodeId input : graph_->node(id).inputs) names.inputs.push_back(tensor(input));
        return names;
    }

private:
    [[nodiscard]] std::string node(NodeId id) const {
        const auto& of = graph_->node(id);
        const auto& segment = graph_->segments()[static_cast<std::size_t>(of.segment)];
        return name_in_file(of.segment == 0 ? "" : segment, of.name);
    }
    [[nodiscard]] std::string tensor(NodeId id) const {
        if (id == graph_->input()) return input_name;
        if (id == graph_->output()) return output_name;
        const auto segment = graph_->node(id).segment;
        return graph_->node(id + 1).segment == segment ? node(id) : boundary_name(segment);
    }

    const Graph* graph_;
};

void set_value(onnx::ValueInfoProto& value, const char* name, const Shape& shape) {
    value.set_name(name);
    auto& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("N");
    for (const auto extent : shape) type.mutable_shape()->add_dim()->set_dim_value(extent);
}

/// So many for each figure, so that a file's size does not depend on what they are.
constexpr int decimals = 9;

std::string joined(const std::vector<double>& values) {
    std::string text;
    for (const double value : values) {
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, decimals).ptr;
        if (!text.empty()) text += ' ';
        text.append(digits, end);
    }
    return text;
}

/// A model with everything but its nodes and weights.
onnx::ModelProto empty_model(const Shape& input, const Shape& output, const OnnxMetadata& metadata) {
    onnx::ModelProto model;
    model.set_ir_version(ir_version);
    model.set_producer_name("hwnas");
    model.set_producer_version(metadata.version);
    model.add_opset_import()->set_version(opset);

    const auto property = [&model](const char* key, std::string value) {
        auto& added = *model.add_metadata_props();
        added.set_key(key);
        added.set_value(std::move(value));
    };
    property("hwnas.architecture", metadata.architecture);
    if (metadata.training == OnnxMetadata::Training::given)
        property("hwnas.weights", "given");
    else
        property("hwnas.weights", metadata.training == OnnxMetadata::Training::proxy ? "proxy" : "final");
    if (metadata.training != OnnxMetadata::Training::given)
        property("hwnas.input", metadata.mean.empty() ? "pixels scaled to 0 .. 1"
                                                      : "pixels scaled to 0 .. 1, then (x - mean) / deviation");
    if (!metadata.mean.empty()) {
        property("hwnas.input.mean", joined(metadata.mean));
        property("hwnas.input.deviation", joined(metadata.deviation));
    }

    auto& graph = *model.mutable_graph();
    graph.set_name("hwnas");
    set_value(*graph.add_input(), input_name, input);
    set_value(*graph.add_output(), output_name, output);
    return model;
}

void check_metadata(const Shape& input, const OnnxMetadata& metadata) {
    if (metadata.mean.size() != metadata.deviation.size() ||
        (!metadata.mean.empty() && static_cast<std::int64_t>(metadata.mean.size()) != input.front()))
        throw InputError({"normalisation of the network's input",
                          "a mean and a deviation for each of " + std::to_string(input.front()) + " channels",
                          std::to_string(metadata.mean.size()) + " means and " +
                              std::to_string(metadata.deviation.size()) + " deviations",
                          ""});
}

template <class Value>
void set_data(onnx::TensorProto& tensor, const std::vector<Value>& values) {
    static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");
    tensor.set_raw_data(values.data(), values.size() * sizeof(Value));
}

}  // namespace

std::string to_onnx(const Graph& graph, const Weights& weights, const OnnxMetadata& metadata) {
    check_weights(graph, weights, "weights of the ONNX file");
    if (const auto bytes = onnx_bytes(graph, metadata); bytes > std::numeric_limits<std::int32_t>::max())
        throw RunError("the ONNX file would take " + std::to_string(bytes) +
                       " bytes; one file holds 2147483647 at most");

    auto model = empty_model(graph.shape(graph.input()), graph.shape(graph.output()), metadata);
    auto& file = *model.mutable_graph();
    const NetworkNames names(graph);
    std::set<std::string> tensors{input_name};
    const auto claim = [&tensors](const std::string& name, const std::string& node) {
        if (!tensors.insert(name).second)
            throw InputError({"node \"" + node + "\"", "tensor names that are not taken",
                              "a second tensor \"" + name + "\"", "rename the node"});
    };
    for (NodeId id = 1; id <= graph.output(); ++id) {
        const auto& node = graph.node(id);
        auto made = onnx_node(node.op, graph.input_shapes(node), names.of(id));
        for (auto& message : made.nodes) {
            claim(message.output(0), node.name);
            *file.add_node() = std::move(message);
        }
        for (auto& initializer : made.initializers) {
            claim(initializer.header.name(), node.name);
            if (!initializer.integers.empty())
                set_data(initializer.header, initializer.integers);
            else
                set_data(initializer.header, initializer.weight.empty()
                                                 ? initializer.constant
                                                 : weights.at(node.name + "." + initializer.weight).values);
            *file.add_initializer() = std::move(initializer.header);
        }
    }
    return model.SerializeAsString();
}

std::int64_t onnx_bytes(const Graph& graph, const OnnxMetadata& metadata) {
    const NetworkNames names(graph);
    std::int64_t sum = 0;
    for (NodeId id = 1; id <= graph.output(); ++id)
        sum += onnx_node(graph.node(id).op, graph.input_shapes(graph.node(id)), names.of(id)).bytes();
    return OnnxFrame(graph.shape(graph.input()), graph.shape(graph.output()), metadata).bytes(sum);
}

std::int64_t onnx_segment_bytes(const Graph& segment, std::string_view segment_name) {
    const std::string prefix = segment_name.empty() ? "" : std::string(segment_name) + ".";
    const auto tensor = [&](NodeId id) {
        if (id == segment.input() || id == segment.output()) return boundary_name(0);
        return prefix + segment.node(id).name;
    };
    std::int64_t sum = 0;
    for (NodeId id = 1; id <= segment.output(); ++id) {
        const auto& node = segment.node(id);
        OnnxNames names{prefix + node.name, {}, tensor(id)};
        for (const NodeId input : node.inputs) names.inputs.push_back(tensor(input));
        sum += onnx_node(node.op, segment.input_shapes(node), std::move(names)).bytes();
    }
    return sum;
}

OnnxFrame::OnnxFrame(const Shape& input, const Shape& output, const OnnxMetadata& metadata) {
    check_metadata(input, metadata);
    const auto model = empty_model(input, output, metadata);
    graph_bytes_ = static_cast<std::int64_t>(model.graph().ByteSizeLong());
    around_graph_ = static_cast<std::int64_t>(model.ByteSizeLong()) - delimited(graph_bytes_);
}

std::int64_t OnnxFrame::bytes(std::int64_t segments_bytes) const {
    return around_graph_ + delimited(graph_bytes_ + segments_bytes);
}

}  // namespace hwnas
