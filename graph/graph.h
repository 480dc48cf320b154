#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "graph/operators.h"

namespace hwnas {

/// Index of a node in its graph; it also names the one tensor that the node makes.
using NodeId = std::int32_t;

struct Node {
    std::string name;  ///< unique in the graph: `stage2.0.expand.conv`
    op::Operator op;
    std::vector<NodeId> inputs;
    Shape shape;               ///< of the output
    std::int32_t segment = 0;  ///< index into Graph::segments
};

/// A network: nodes in topological order, the first one its input, the last one
/// its output. Nodes are cut into segments, which are the unit of cost: a
/// segment is a run of nodes that is entered by one tensor and left by one.
class Graph {
public:
    explicit Graph(const Shape& input);

    /// Appends a node and infers its shape. Throws InputError where the name is
    /// taken, an input does not exist, shapes do not fit, or its tensor would have more
    /// than 2^40 elements.
    NodeId add(std::string name, op::Operator op, std::vector<NodeId> inputs);

    /// Nodes added from here on belong to a new segment of this name.
    void begin_segment(std::string name);
    /// Takes back a segment that was begun and got no node.
    void drop_segment();

    [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
    [[nodiscard]] const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
    [[nodiscard]] const Shape& shape(NodeId id) const { return node(id).shape; }
    [[nodiscard]] const std::vector<std::string>& segments() const { return segments_; }
    [[nodiscard]] NodeId input() const { return 0; }
    [[nodiscard]] NodeId output() const { return static_cast<NodeId>(nodes_.size()) - 1; }
    [[nodiscard]] std::vector<Shape> input_shapes(const Node& node) const;

private:
    std::vector<Node> nodes_;
    std::vector<std::string> segments_;
    std::unordered_set<std::string> names_;
};

/// What counting needs no device for. Batch 1, 32-bit floats.
struct GraphCounts {
    std::int64_t parameters = 0;  ///< trainable scalars; running statistics are not among them
    std::int64_t macs = 0;        ///< of convolutions and fully connected layers
    /// The most bytes of tensors that are alive at one node, over all nodes in
    /// their order. A tensor lives from the node that makes it to its last
    /// reader; a batch norm or activation whose input nobody else reads works in place.
    std::int64_t peak_activation_bytes = 0;
};
[[nodiscard]] GraphCounts count(const Graph& graph);

/// One segment as a graph of its own, whose input is the tensor that enters it.
/// Node names lose the segment's name and the dot behind it. Throws InputError
/// where more than one tensor enters or leaves.
[[nodiscard]] Graph extract_segment(const Graph& graph, std::size_t segment);

/// What a runtime sees of a graph: input shape, then each node's operator,
/// attributes and inputs (by number), without names or segments. Equal texts are equal
/// computations, so this is the key of cost tables and, hashed, of architectures:
/// `3x32x32 | Conv(0; filters=16 kernel=3x3 pads=1x1x1x1) | BatchNormalization(1)`
[[nodiscard]] std::string canonical_text(const Graph& graph);

/// The first 16 hexadecimal digits of SHA-256 over the canonical text.
[[nodiscard]] std::string graph_id(const Graph& graph);
inline constexpr std::size_t graph_id_digits = 16;

/// `{"input": [3, 32, 32], "nodes": [{"name", "op", "inputs": ["name", ...], "segment", attributes...}]}`
[[nodiscard]] Json to_json(const Graph& graph);
/// Reads what `to_json` writes; throws InputError with all problems. A file's `name`, `weights` and
/// `origin` are passed over.
[[nodiscard]] Graph graph_from_json(const JsonValue& value);

}  // namespace hwnas
