#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/files.h"
#include "onnx/graph_file.h"
#include "onnx/reader.h"
#include "report/figures.h"

namespace hwnas::cli {
namespace {

Json summary_of(const ImportedNetwork& network, const std::filesystem::path& written) {
    const auto& graph = network.graph;
    const auto counts = count(graph);
    return {{"id", graph_id(graph)},
            {"producer", network.producer},
            {"opset", network.opset},
            {"input", {{"name", network.input}, {"shape", graph.shape(graph.input())}}},
            {"output", {{"name", network.output}, {"shape", graph.shape(graph.output())}}},
            {"parameters", counts.parameters},
            {"macs", counts.macs},
            {"segments", graph.segments().size() - 1},
            {"notes", network.notes},
            {"written", written.string()}};
}

void print_summary(const ImportedNetwork& network) {
    const auto& graph = network.graph;
    const auto counts = count(graph);
    const auto tensor = [&graph](const std::string& name, NodeId id) {
        return "\"" + name + "\" " + to_string(graph.shape(id));
    };
    std::cout << "input       " << tensor(network.input, graph.input()) << '\n'
              << "output      " << tensor(network.output, graph.output()) << '\n'
              << "parameters  " << format_count(counts.parameters) << '\n'
              << "MACs        " << format_count(counts.macs) << '\n'
              << "segments    " << graph.segments().size() - 1 << '\n';
    for (const auto& note : network.notes) std::cout << "note: " << note << '\n';
}

}  // namespace

int import(const std::vector<std::string>& arguments) {
    Options options("import MODEL.onnx [OPTIONS]",
                    "Takes a network over from an ONNX file: writes its graph (NAME.json) and its weights\n"
                    "(NAME.safetensors), which `hwnas inspect`, `hwnas train` and spaces of its widths read.");
    options.positional("MODEL.onnx", true);
    options.value("out,o", "NAME.json", "where to write (default: the model's name, in the working folder)");
    options.flag("json", "print the summary as JSON");
    if (!options.parse(arguments)) return exit_done;

    const std::filesystem::path path = options.text("MODEL.onnx");
    const std::filesystem::path out = options.text("out", path.stem().string() + ".json");
    if (out.extension() != ".json")
        throw InputError({"hwnas import", "--out NAME.json", "\"" + out.string() + "\"", ""});
    const auto network = read_onnx(read_file(path), path.string());
    write_graph_file(out, network.graph, network.weights,
                     {{"file", path.filename().string()}, {"producer", network.producer}, {"notes", network.notes}});
    if (options.has("json")) {
        std::cout << summary_of(network, out).dump(2) << '\n';
        return exit_done;
    }
    print_summary(network);
    std::cout << "Written: " << out.string() << ", "
              << std::filesystem::path(out).replace_extension(".safetensors").string() << '\n';
    return exit_done;
}

}  // namespace hwnas::cli
