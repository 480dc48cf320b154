#include "onnx/graph_file.h"

#include <algorithm>
#include <cctype>

#include "core/files.h"
#include "onnx/reader.h"

namespace hwnas {

namespace fs = std::filesystem;

bool is_onnx_file(const fs::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".onnx";
}

GraphFile load_onnx_file(const fs::path& path) {
    auto network = read_onnx(read_file(path), path.string());
    return {path.stem().string(), std::move(network.graph), std::move(network.weights)};
}

GraphFile read_graph_file(const JsonValue& root) {
    const fs::path path = root.document().origin();
    GraphFile file{path.stem().string(), graph_from_json(root), std::nullopt};
    JsonObject object(root);
    for (const auto& key : object.keys()) (void)object.optional(key);  // the graph's own were judged
    const auto named = object.optional("weights");
    const fs::path weights = named ? named->text() : "";
    root.document().throw_problems();
    if (weights.empty()) return file;
    const fs::path found = path.parent_path() / weights;
    file.weights = from_safetensors(read_file(found), found.string());
    check_weights(file.graph, *file.weights, found.string());
    return file;
}

void write_graph_file(const fs::path& path, const Graph& graph, const Weights& weights, const Json& origin) {
    fs::path beside = path;
    beside.replace_extension(".safetensors");
    write_file_durably(beside, to_safetensors(weights));
    Json json = to_json(graph);
    json["weights"] = beside.filename().string();
    json["origin"] = origin;
    write_file_durably(path, json.dump(2) + "\n");
}

}  // namespace hwnas
