#include <map>

#include "core/error.h"
#include "graph/graph.h"

namespace hwnas {

Json to_json(const Graph& graph) {
    Json nodes = Json::array();
    for (const auto& node : graph.nodes()) {
        if (std::holds_alternative<op::Input>(node.op)) continue;
        Json json = op::to_json(node.op);
        json["name"] = node.name;
        json["segment"] = graph.segments()[static_cast<std::size_t>(node.segment)];
        Json inputs = Json::array();
        for (const NodeId input : node.inputs) inputs.push_back(graph.node(input).name);
        json["inputs"] = std::move(inputs);
        nodes.push_back(std::move(json));
    }
    return {{"input", graph.shape(graph.input())}, {"nodes", std::move(nodes)}};
}

Graph graph_from_json(const JsonValue& value) {
    Shape input;
    struct Draft {
        std::string name, segment;
        std::vector<std::string> inputs;
        op::Operator op;
        std::string place;
    };
    std::vector<Draft> drafts;
    {
        JsonObject object(value);
        // What a file may say of the network beside it.
        for (const char* key : {"name", "weights", "origin", "published"}) (void)object.optional(key);
        for (const auto& extent : object.required("input").items(1)) input.push_back(extent.integer({1, 1 << 24}));
        for (const auto& item : object.required("nodes").items(1)) {
            Draft draft;
            JsonObject node(item);
            draft.name = node.required("name").text();
            draft.segment = node.text("segment", "");
            for (const auto& name : node.required("inputs").items(1)) draft.inputs.push_back(name.text());
            draft.op = op::operator_from_json(item);
            draft.place = item.place();
            // The operator's own keys were judged by its reader.
            for (const auto& key : node.keys()) (void)node.optional(key);
            drafts.push_back(std::move(draft));
        }
    }
    value.document().throw_problems();

    Graph graph(input);
    std::map<std::string, NodeId> ids{{"input", graph.input()}};
    for (auto& draft : drafts) {
        if (draft.segment != graph.segments().back()) graph.begin_segment(draft.segment);
        std::vector<NodeId> inputs;
        for (const auto& name : draft.inputs) {
            const auto found = ids.find(name);
            if (found == ids.end())
                throw InputError({draft.place, "inputs among the nodes before it", "\"" + name + "\"", ""});
            inputs.push_back(found->second);
        }
        try {
            ids[draft.name] = graph.add(draft.name, std::move(draft.op), std::move(inputs));
        } catch (const InputError& error) {
            auto problem = error.problems().front();
            problem.place = draft.place + ": " + problem.place;
            throw InputError(std::move(problem));
        }
    }
    return graph;
}

}  // namespace hwnas
