#include <fstream>
#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json_reader.h"
#include "devices/cost_table.h"
#include "job/device_notes.h"
#include "job/network_file.h"
#include "job/objectives.h"
#include "job/programs.h"
#include "job/version.h"
#include "onnx/graph_file.h"
#include "onnx/writer.h"
#include "report/figures.h"
#include "report/network_picture.h"
#include "report/segment_costs.h"
#include "report/summary.h"
#include "space/categorical_space.h"
#include "space/compiled_metric.h"
#include "study/origin.h"
#include "study/server_address.h"
#include "study/store.h"

namespace hwnas::cli {
namespace {

/// As a file without normalisation would say it.
OnnxMetadata metadata_of(const NetworkFile& network) {
    OnnxMetadata metadata;
    metadata.version = version;
    metadata.architecture = graph_id(network.graph);
    return metadata;
}

/// One line a segment: the layer table.
struct Layer {
    std::string name;
    std::string operators;
    Shape output;
    GraphCounts counts;
};

/// What a node is in the layer table; empty where it does not count there.
std::string operator_word(const Node& node) {
    if (const auto* conv = std::get_if<op::Conv>(&node.op))
        return "Conv" + std::to_string(conv->kernel[0]) + "x" + std::to_string(conv->kernel[1]) +
               (conv->group > 1 ? "/g" + std::to_string(conv->group) : "") +
               (conv->stride[0] > 1 ? "/s" + std::to_string(conv->stride[0]) : "");
    const bool minor = std::holds_alternative<op::Input>(node.op) ||
                       std::holds_alternative<op::BatchNormalization>(node.op) ||
                       std::holds_alternative<op::Activation>(node.op);
    return minor ? std::string() : op::onnx_type(node.op);
}

/// Counts of one node; a segment's peak is that of the segment as a network of its own.
void add_counts(GraphCounts& counts, const Graph& graph, const Node& node) {
    const auto inputs = graph.input_shapes(node);
    counts.macs += op::count_macs(node.op, inputs, node.shape);
    for (const auto& spec : op::weight_specs(node.op, inputs))
        if (spec.trainable) counts.parameters += element_count(spec.shape);
}

std::vector<Layer> layers_of(const Graph& graph) {
    std::vector<Layer> layers;
    std::optional<std::int32_t> segment;
    for (const auto& node : graph.nodes()) {
        if (std::holds_alternative<op::Input>(node.op)) continue;
        if (segment != node.segment) {
            segment = node.segment;
            const auto index = static_cast<std::size_t>(node.segment);
            layers.push_back({graph.segments()[index], "", {}, {}});
            // Where several tensors enter or leave there is no such network.
            if (!segment_key(graph, index).empty())
                layers.back().counts.peak_activation_bytes = count(extract_segment(graph, index)).peak_activation_bytes;
        }
        auto& layer = layers.back();
        if (const auto word = operator_word(node); !word.empty())
            layer.operators += (layer.operators.empty() ? "" : " ") + word;
        layer.output = node.shape;
        add_counts(layer.counts, graph, node);
    }
    return layers;
}

/// Null where the segment is no network of its own.
Json peak_json(const Layer& layer) {
    return layer.counts.peak_activation_bytes > 0 ? Json(layer.counts.peak_activation_bytes) : Json();
}

Json network_json(const NetworkFile& network) {
    const auto counts = count(network.graph);
    Json layers = Json::array();
    for (const auto& layer : layers_of(network.graph))
        layers.push_back({{"name", layer.name},
                          {"operators", layer.operators},
                          {"output", layer.output},
                          {"parameters", layer.counts.parameters},
                          {"macs", layer.counts.macs},
                          {"peak_activation_bytes", peak_json(layer)}});
    return {{"name", network.name},
            {"id", graph_id(network.graph)},
            {"input", network.graph.shape(network.graph.input())},
            {"output", network.graph.shape(network.graph.output())},
            {"parameters", counts.parameters},
            {"macs", counts.macs},
            {"peak_activation_bytes", counts.peak_activation_bytes},
            {"onnx_bytes", onnx_bytes(network.graph, metadata_of(network))},
            {"architecture", network.architecture},
            {"layers", std::move(layers)}};
}

void print_network(const NetworkFile& network) {
    const auto counts = count(network.graph);
    std::vector<std::vector<std::string>> rows;
    for (const auto& layer : layers_of(network.graph))
        rows.push_back(
            {layer.name, layer.operators, to_string(layer.output), format_count(layer.counts.parameters),
             format_count(layer.counts.macs),
             layer.counts.peak_activation_bytes > 0 ? format_count(layer.counts.peak_activation_bytes) : "-"});
    std::cout
        << format_table(
               {{"layer"}, {"operators"}, {"output"}, {"parameters", true}, {"MACs", true}, {"activation bytes", true}},
               rows, TableStyle::plain)
        << '\n'
        << "id                     " << graph_id(network.graph) << '\n'
        << "input                  " << to_string(network.graph.shape(network.graph.input())) << '\n'
        << "parameters             " << format_count(counts.parameters) << '\n'
        << "MACs                   " << format_count(counts.macs) << '\n'
        << "peak activation bytes  " << format_count(counts.peak_activation_bytes) << '\n'
        << "ONNX bytes             " << format_count(onnx_bytes(network.graph, metadata_of(network))) << '\n';
}

void show_network(const NetworkFile& network, bool as_json) {
    if (as_json)
        std::cout << network_json(network).dump(2) << '\n';
    else
        print_network(network);
}

Json space_json(const CompiledSpace& compiled) {
    const auto& space = compiled.space();
    Json stages = Json::array();
    for (const auto& stage : space.stages()) {
        Json choices = Json::object();
        for (const auto& choice : stage.choices) choices[choice.name] = choice.values;
        stages.push_back({{"name", stage.name}, {"choices", std::move(choices)}});
    }
    const auto parameters = parameter_metric(compiled);
    const auto macs = mac_metric(compiled);
    return {{"name", space.name()},
            {"input", space.input()},
            {"classes", space.classes()},
            {"stages", std::move(stages)},
            {"encodings", space.encoding_count()},
            {"networks", compiled.network_count()},
            {"segments", compiled.segments().size()},
            {"parameters", {{"least", parameters.least().value}, {"most", -parameters.negated().least().value}}},
            {"macs", {{"least", macs.least().value}, {"most", -macs.negated().least().value}}},
            {"reference", space.reference_name()}};
}

std::string choice_table(const std::vector<Choice>& choices) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& choice : choices) {
        std::string values;
        for (const auto& value : choice.values) values += (values.empty() ? "" : ", ") + value.dump();
        rows.push_back({choice.name, values});
    }
    return format_table({{"choice"}, {"values"}}, rows, TableStyle::plain);
}

void print_space(const CompiledSpace& compiled) {
    const auto& space = compiled.space();
    const Json json = space_json(compiled);
    const auto range = [&](const char* key) {
        return format_count(json[key]["least"].get<std::int64_t>()) + " to " +
               format_count(json[key]["most"].get<std::int64_t>());
    };
    std::cout << choice_table(space.choices()) << '\n'
              << "space      " << space.name() << ", input " << to_string(space.input()) << ", " << space.classes()
              << " classes\n"
              << "encodings  " << space.encoding_count() << ", " << compiled.network_count()
              << " networks that differ\n"
              << "segments   " << format_count(static_cast<std::int64_t>(compiled.segments().size())) << " to profile\n"
              << "parameters " << range("parameters") << '\n'
              << "MACs       " << range("macs") << '\n'
              << "reference  " << (space.reference_name().empty() ? "none" : space.reference_name()) << '\n';
    for (const auto& excluded : compiled.exclusions())
        std::cout << "left out   " << format_count(static_cast<std::int64_t>(excluded.entries)) << " combinations in "
                  << excluded.stage << ": wanted " << excluded.first.expected << "; found " << excluded.first.found
                  << '\n';
}

void show_categories(const CategoricalSpace& space, bool as_json) {
    if (as_json) {
        Json choices = Json::object();
        for (const auto& choice : space.choices()) choices[choice.name] = choice.values;
        std::cout << Json{{"name", space.name()},
                          {"type", "categorical"},
                          {"choices", std::move(choices)},
                          {"encodings", space.encoding_count()},
                          {"architectures", space.architecture_count()}}
                         .dump(2)
                  << '\n';
        return;
    }
    std::cout << choice_table(space.choices()) << '\n'
              << "space      " << space.name() << ", categorical\n"
              << "encodings  " << space.encoding_count() << ", " << space.architecture_count()
              << " architectures that differ\n";
}

void show_study(const std::string& address, const std::string& name, bool as_json) {
    auto store = open_store(address, Access::existing);
    const auto study = open_study(*store, name);
    const auto info = study->info();
    const auto trials = study->trials();
    const auto [objectives, limits] = objectives_of(info.job);
    const Front front = make_front(trials, objectives, limits, reference_name_of(trials));
    const Summary summary = summarise(trials, front);
    if (!as_json) {
        std::cout << summary_text(info, front, summary, device_notes(info.job));
        return;
    }
    const Json speed = summary.images_per_second ? Json(*summary.images_per_second) : Json();
    std::cout << Json{{"name", info.name},
                      {"created", info.created},
                      {"version", info.version},
                      {"job", info.job},
                      {"trials",
                       {{"complete", summary.complete},
                        {"failed", summary.failed},
                        {"duplicate", summary.duplicate},
                        {"running", summary.running}}},
                      {"cpu_hours", summary.cpu_hours},
                      {"images_per_second", speed},
                      {"hypervolume_share", summary.progress.share()},
                      {"front", front.entries.size()}}
                     .dump(2)
              << '\n';
}

/// Where the picture goes and what colours it.
void draw_network(const Options& options, const std::string& name, const Graph& graph) {
    const auto table = options.has("table") ? std::optional(CostTable::load(options.text("table"))) : std::nullopt;
    write_file_durably(options.text("svg"), network_svg(graph, name, table ? &*table : nullptr));
    if (!options.has("json")) std::cout << "Written: " << options.text("svg") << '\n';
}

/// What --svg and --graph write of a network.
void write_files(const Options& options, const std::string& name, const Graph& graph) {
    if (options.has("svg")) draw_network(options, name, graph);
    if (!options.has("graph")) return;
    write_file_durably(options.text("graph"), to_json(graph).dump() + "\n");
    if (!options.has("json")) std::cout << "Written: " << options.text("graph") << '\n';
}

[[noreturn]] void refuse_files(const std::string& file, const std::string& what) {
    throw InputError({file, "a network to draw or to write", what,
                      "--svg and --graph take a network's file, or a space's reference network"});
}

void show_space(const Options& options, const std::filesystem::path& path) {
    const CompiledSpace compiled(SearchSpace::load(path));
    const auto& space = compiled.space();
    const bool files = options.has("svg") || options.has("graph");
    if (files && space.reference().empty()) refuse_files(path.string(), "a space without a reference");
    if (options.has("json"))
        std::cout << space_json(compiled).dump(2) << '\n';
    else
        print_space(compiled);
    if (files) write_files(options, space.reference_name() + " in " + space.name(), space.lower(space.reference()));
}

bool is_store(const std::string& path) {
    if (is_server_address(path)) return true;
    std::ifstream file(path, std::ios::binary);
    std::string magic(15, '\0');
    file.read(magic.data(), 15);
    return magic == "SQLite format 3";
}

}  // namespace

int inspect(const std::vector<std::string>& arguments) {
    Options options("inspect ARCH|NETWORK|SPACE|STUDY [OPTIONS]",
                    "Shows what a file holds: an architecture of a space, a network's graph or ONNX model (shapes,\n"
                    "parameters, MACs, memory, layer by layer), a search space, or a study.");
    options.positional("FILE", true);
    options.value("space", "FILE", "the space of an architecture, instead of the one that its file names");
    options.value("study", "NAME", "which one, where a store holds several");
    options.flag("json", "as JSON");
    options.value("svg", "FILE", "draw the network (a space's reference network) there");
    options.value("graph", "FILE", "write the network's graph (a space's reference network's) as JSON there");
    options.value("table", "FILE", "a device's table: the picture's colours are its latencies, instead of MACs");
    if (!options.parse(arguments)) return exit_done;
    if (options.has("table") && !options.has("svg"))
        throw InputError({"hwnas inspect --table", "--svg FILE with it", "nothing", "the table colours the picture"});

    const std::string file = options.text("FILE");
    const bool files = options.has("svg") || options.has("graph");
    if (is_store(file)) {
        if (files) refuse_files(file, "a study");
        show_study(file, options.text("study"), options.has("json"));
        return exit_done;
    }
    const auto path = find_config(file);
    const auto show = [&] {
        const auto network = load_network(path, options.text("space"));
        show_network(network, options.has("json"));
        write_files(options, network.name, network.graph);
        return exit_done;
    };
    if (is_onnx_file(path)) return show();
    auto document = JsonDocument::load(path);
    const auto kind = read_space_kind(JsonValue(document));
    document.throw_problems();
    if (kind == SpaceKind::categorical) {
        if (files) refuse_files(path.string(), "a space of named choices");
        show_categories(CategoricalSpace::load(path), options.has("json"));
        return exit_done;
    }
    if (document.root().contains("stages") || document.root().contains("type")) {
        if (SearchSpace::load(path).encoding_count() > 1) {
            show_space(options, path);
            return exit_done;
        }
    }
    return show();
}

}  // namespace hwnas::cli
