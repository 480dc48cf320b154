#include "job/network_file.h"

#include "core/error.h"
#include "job/programs.h"

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
    auto document = JsonDocument::load(path);
    const JsonValue root(document);
    if (root.is_object() && root.json().contains("nodes"))
        return {path.stem().string(), graph_from_json(root), nullptr, nullptr};
    if (root.is_object() && root.json().contains("stages")) {
        const SearchSpace only = SearchSpace::load(path);
        if (only.encoding_count() > 1)
            throw InputError({path.string(), "a network, all of whose choices are made",
                              "a space of " + Json(only.encoding_count()).dump() + " encodings",
                              R"(name one: {"space": "FILE", "architecture": {...}})"});
        return {only.name(), only.lower(Encoding(only.choices().size(), 0)), nullptr, nullptr};
    }
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
