#include "job/network_file.h"

#include "job/programs.h"
#include "onnx/graph_file.h"

namespace hwnas {
namespace {

SearchSpace space_of(const JsonValue& named, const std::filesystem::path& folder, const std::string& override_path) {
    if (!override_path.empty()) return SearchSpace::load(find_config(override_path));
    const std::filesystem::path path = named.text();
    if (std::filesystem::exists(folder / path)) return SearchSpace::load(folder / path);
    return SearchSpace::load(find_config(path));
}

}  // namespace

NetworkFile load_network(const std::filesystem::path& path, const std::string& space) {
    const auto given = [](GraphFile file) {
        return NetworkFile{std::move(file.name), std::move(file.graph), nullptr, nullptr, std::move(file.weights)};
    };
    if (is_onnx_file(path)) return given(load_onnx_file(path));
    auto document = JsonDocument::load(path);
    const JsonValue root(document);
    if (root.is_object() && root.json().contains("nodes")) return given(read_graph_file(root));
    std::optional<SearchSpace> used;
    Encoding encoding;
    Json dataset;
    {
        JsonObject object(root);
        const auto named = space.empty() ? std::optional(object.required("space")) : object.optional("space");
        const auto architecture = object.required("architecture");
        if (const auto data = object.optional("dataset")) dataset = data->json();
        // The rest of a job's network file tells of its rating.
        for (const char* key : {"id", "objectives", "weights", "weights_from", "onnx"}) (void)object.optional(key);
        if (architecture.present() && (!named || named->present())) {
            used = space_of(named.value_or(root), path.parent_path(), space);
            encoding = used->from_json(architecture);
        }
    }
    document.throw_problems();
    return {path.stem().string(), used->lower(encoding), used->to_json(encoding), dataset};
}

}  // namespace hwnas
