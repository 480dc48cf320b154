#include "space/width_space.h"

#include "core/error.h"
#include "onnx/graph_file.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

using Network = GraphFile;

std::optional<Network> read_network(const JsonValue& value, const fs::path& folder);

/// `{"space": "FILE", "architecture": ...}`, of which a network file may say more.
std::optional<Network> read_architecture(const JsonValue& value, const fs::path& folder, const std::string& name) {
    JsonObject object(value);
    const auto named = object.required("space");
    const auto architecture = object.required("architecture");
    for (const char* key : {"id", "dataset", "objectives", "weights", "weights_from", "onnx"})
        (void)object.optional(key);
    if (!named.present() || !architecture.present()) return std::nullopt;
    const SearchSpace space = SearchSpace::load(folder / named.text());
    if (architecture.is_string()) {
        (void)architecture.one_of({"reference"});
        if (space.reference().empty()) {
            architecture.problem("the choices of a network", "\"" + space.name() + "\" names no reference");
            return std::nullopt;
        }
        return Network{space.reference_name(), space.lower(space.reference()), std::nullopt};
    }
    return Network{name, space.lower(space.from_json(architecture)), std::nullopt};
}

/// A file's problems are told as its own.
std::optional<Network> load_network_file(const fs::path& path) {
    if (is_onnx_file(path)) return load_onnx_file(path);
    auto document = JsonDocument::load(path);
    const JsonValue root(document);
    if (root.is_object() && root.json().contains("nodes")) return read_graph_file(root);
    auto network = read_architecture(root, path.parent_path(), path.stem().string());
    document.throw_problems();
    return network;
}

std::optional<Network> read_network(const JsonValue& value, const fs::path& folder) {
    if (!value.present()) return std::nullopt;
    try {
        if (value.is_string()) return load_network_file(folder / value.text());
        return read_architecture(value, folder, "network");
    } catch (const InputError& error) {
        value.document().add_problems(error.problems());
        return std::nullopt;
    }
}

}  // namespace

SearchSpace width_space(const std::string& name, const std::string& network_name, const Graph& network,
                        const WidthOptions& options) {
    const ChannelGroups groups(network);
    std::vector<Stage> stages;
    for (std::size_t segment = 1; segment < network.segments().size(); ++segment) {
        auto family = std::make_shared<WidthFamily>(network, groups, segment, options);
        auto choices = family->choices();
        stages.push_back({network.segments()[segment], std::move(family), std::move(choices), {}, {}});
    }
    SearchSpace space(name, network.shape(network.input()), network.shape(network.output())[0], std::move(stages));
    // The network's own widths stand last, `keep` first.
    Encoding own;
    for (const auto& choice : space.choices())
        own.push_back(choice.values.back().is_number() ? static_cast<std::uint8_t>(choice.values.size() - 1) : 0);
    space.set_reference(network_name, own);
    return space;
}

SearchSpace read_width_space(const JsonValue& value) {
    JsonObject object(value);
    const auto name = object.required("name").text();
    (void)object.required("type");
    (void)object.optional("$schema");
    (void)object.optional("comment");
    WidthOptions options;
    options.step = object.integer("width_step", options.step, {1, 4096});
    options.least = object.integer("least_width", options.step, {1, 65536});
    options.removable_layers = object.boolean("removable_layers", options.removable_layers);
    const auto named = object.required("network");
    const auto network = read_network(named, fs::path(value.document().origin()).parent_path());
    if (!network) return {};
    try {
        return width_space(name, network->name, network->graph, options);
    } catch (const InputError& error) {
        value.document().add_problems(error.problems());
        return {};
    }
}

std::optional<GivenNetwork> given_network(const fs::path& space) {
    auto document = JsonDocument::load(space);
    const JsonValue root(document);
    if (!root.is_object() || root.json().value("type", "") != "widths") return std::nullopt;
    JsonObject object(root);
    for (const auto& key : object.keys()) (void)object.optional(key);  // judged where the space is read
    auto network = read_network(object.required("network"), space.parent_path());
    document.throw_problems();
    if (!network || !network->weights) return std::nullopt;
    return GivenNetwork{std::move(network->graph), std::move(*network->weights)};
}

}  // namespace hwnas
