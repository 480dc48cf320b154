#include <map>
#include <optional>

#include "core/error.h"
#include "graph/graph.h"

namespace hwnas {

Graph extract_segment(const Graph& graph, std::size_t segment) {
    const std::string& name = graph.segments()[segment];
    const auto fail = [&name](const char* expected, const std::string& found) {
        throw InputError({"segment \"" + name + "\"", expected, found, ""});
    };
    const auto inside = [&](NodeId id) { return graph.node(id).segment == static_cast<std::int32_t>(segment); };
    std::optional<NodeId> entering;
    std::optional<NodeId> last;
    std::optional<NodeId> leaving;
    for (NodeId id = 1; id <= graph.output(); ++id) {
        if (inside(id)) last = id;
        for (const NodeId input : graph.node(id).inputs) {
            if (inside(id) && !inside(input)) {
                if (entering && *entering != input)
                    fail("one tensor that enters",
                         "\"" + graph.node(*entering).name + "\" and \"" + graph.node(input).name + "\"");
                entering = input;
            } else if (!inside(id) && inside(input)) {
                if (leaving && *leaving != input)
                    fail("one tensor that leaves",
                         "\"" + graph.node(*leaving).name + "\" and \"" + graph.node(input).name + "\"");
                leaving = input;
            }
        }
    }
    if (!entering || !last) fail("at least one node and a tensor that enters", "none");
    if (leaving && *leaving != *last) fail("the last node to be the one that leaves", graph.node(*leaving).name);

    Graph extracted(graph.shape(*entering));
    extracted.begin_segment(name);
    std::map<NodeId, NodeId> moved{{*entering, extracted.input()}};
    const std::string prefix = name + ".";
    for (NodeId id = 1; id <= *last; ++id) {
        if (!inside(id)) continue;
        const Node& node = graph.node(id);
        std::vector<NodeId> inputs;
        for (const NodeId input : node.inputs) inputs.push_back(moved.at(input));
        moved[id] =
            extracted.add(node.name.starts_with(prefix) ? node.name.substr(prefix.size()) : node.name, node.op, inputs);
    }
    return extracted;
}

}  // namespace hwnas
