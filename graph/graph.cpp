#include "graph/graph.h"

#include <algorithm>

#include "core/error.h"

namespace hwnas {
namespace {

/// More than any machine holds, and far from where products of extents overflow.
constexpr std::int64_t most_elements = std::int64_t{1} << 40;

bool within(const Shape& shape, std::int64_t most) {
    return std::all_of(shape.begin(), shape.end(), [&most](std::int64_t extent) {
        if (extent > most) return false;
        most /= std::max<std::int64_t>(1, extent);
        return true;
    });
}

}  // namespace

Graph::Graph(const Shape& input) : segments_{"input"}, names_{"input"} {
    nodes_.push_back({"input", op::Input{input}, {}, op::infer_shape(op::Input{input}, {}, "input"), 0});
}

NodeId Graph::add(std::string name, op::Operator op, std::vector<NodeId> inputs) {
    if (!names_.insert(name).second)
        throw InputError({"node \"" + name + "\"", "a name that is not taken", "a second node of that name", ""});
    std::vector<Shape> shapes;
    for (const NodeId input : inputs) {
        if (input < 0 || input > output())
            throw InputError({"node \"" + name + "\"", "inputs among the nodes before it",
                              "node number " + std::to_string(input), ""});
        shapes.push_back(shape(input));
    }
    Shape inferred = op::infer_shape(op, shapes, name);
    if (!within(inferred, most_elements))
        throw InputError({"node \"" + name + "\"", "at most 2^40 elements", to_string(inferred), ""});
    nodes_.push_back({std::move(name), std::move(op), std::move(inputs), std::move(inferred),
                      static_cast<std::int32_t>(segments_.size()) - 1});
    return output();
}

void Graph::begin_segment(std::string name) { segments_.push_back(std::move(name)); }

void Graph::drop_segment() {
    if (segments_.size() > static_cast<std::size_t>(nodes_.back().segment) + 1) segments_.pop_back();
}

std::vector<Shape> Graph::input_shapes(const Node& node) const {
    std::vector<Shape> shapes;
    shapes.reserve(node.inputs.size());
    for (const NodeId input : node.inputs) shapes.push_back(shape(input));
    return shapes;
}

}  // namespace hwnas
