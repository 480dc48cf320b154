#include "job/network_file.h"

#include "core/error.h"
#include "job/programs.h"
#include "onnx/graph_file.h"
#include "space/categorical_space.h"

namespace hwnas {
namespace {

SearchSpace space_of(const JsonValue& named, const std::filesystem::path& folder, const std::string& override_path) {
    if (!override_path.empty()) return SearchSpace::load(find_config(override_path));
    const std::filesystem::path path = named.text();
    if (std::filesystem::exists(folder / path)) return SearchSpace::load(folder / path);
    return SearchSpace::load(find_config(path));
}

SourcedTop1 read_published(const JsonValue& value) {
    JsonObject published(value);
    return {published.required("top1").number({0, 100}), "published, " + published.required("source").text()};
}

/// What a network's file says of its accuracy, if it does.
std::optional<SourcedTop1> published_top1(JsonDocument& document) {
    const auto found = document.root().find("published");
    if (found == document.root().end()) return std::nullopt;
    auto top1 = read_published(JsonValue(document, &*found, "/published"));
    document.throw_problems();
    return top1;
}

/// What a search wrote of its rating: its top-1, and where that comes from.
std::optional<SourcedTop1> rated_top1(const Json& objectives, const Json& dataset, const std::string& weights_from) {
    if (!objectives.is_object() || !objectives.contains("top1") || !objectives["top1"].is_number()) return std::nullopt;
    std::string source = weights_from.empty() ? "rated in a search" : "proxy training";
    if (dataset.is_object() && dataset.contains("path") && dataset["path"].is_string())
        source += ", " + std::filesystem::path(dataset["path"].get<std::string>()).filename().string();
    return SourcedTop1{objectives["top1"].get<double>(), source};
}

/// A space whose choices are all made is a network.
NetworkFile read_made_space(const std::filesystem::path& path, JsonDocument& document) {
    const bool categorical = read_space_kind(JsonValue(document)) == SpaceKind::categorical;
    document.throw_problems();
    if (categorical) throw InputError({path.string(), "one network", "a space of named choices", ""});
    const SearchSpace space = SearchSpace::read(JsonValue(document));
    document.throw_problems();
    if (space.encoding_count() > 1)
        throw InputError({path.string(), "one network, all of whose choices are made",
                          "a space of " + Json(space.encoding_count()).dump() + " encodings",
                          R"(name one: {"space": "FILE", "architecture": {...}})"});
    return {space.name(), space.lower(Encoding(space.choices().size(), 0)),
            nullptr,      nullptr,
            std::nullopt, published_top1(document)};
}

}  // namespace

NetworkFile load_network(const std::filesystem::path& path, const std::string& space) {
    const auto given = [](GraphFile file) {
        return NetworkFile{std::move(file.name), std::move(file.graph), nullptr, nullptr, std::move(file.weights)};
    };
    if (is_onnx_file(path)) return given(load_onnx_file(path));
    auto document = JsonDocument::load(path);
    const JsonValue root(document);
    if (root.is_object() && root.json().contains("nodes")) {
        auto network = given(read_graph_file(root));
        network.top1 = published_top1(document);
        return network;
    }
    if (root.is_object() && (root.json().contains("stages") || root.json().contains("type")))
        return read_made_space(path, document);
    std::optional<SearchSpace> used;
    Encoding encoding;
    Json dataset;
    std::optional<SourcedTop1> top1;
    {
        JsonObject object(root);
        const auto named = space.empty() ? std::optional(object.required("space")) : object.optional("space");
        const auto architecture = object.required("architecture");
        if (const auto data = object.optional("dataset")) dataset = data->json();
        // The rest of a job's network file tells of its rating.
        const auto objectives = object.optional("objectives");
        const auto weights_from = object.text("weights_from", "");
        if (objectives) top1 = rated_top1(objectives->json(), dataset, weights_from);
        if (const auto published = object.optional("published")) top1 = read_published(*published);
        for (const char* key : {"id", "weights", "onnx"}) (void)object.optional(key);
        if (architecture.present() && (!named || named->present())) {
            used = space_of(named.value_or(root), path.parent_path(), space);
            encoding = used->from_json(architecture);
        }
    }
    document.throw_problems();
    return {path.stem().string(), used->lower(encoding), used->to_json(encoding), dataset, std::nullopt, top1};
}

}  // namespace hwnas
