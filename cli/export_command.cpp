#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/files.h"
#include "job/network_file.h"
#include "job/programs.h"
#include "job/version.h"
#include "onnx/writer.h"

namespace hwnas::cli {

int export_network(const std::vector<std::string>& arguments) {
    Options options(
        "export NETWORK [OPTIONS]",
        "Writes a network with weights, such as `hwnas import` makes, as an ONNX file: opset 17, the batch\n"
        "left open, input \"images\", output \"logits\".");
    options.positional("NETWORK", true);
    options.value("out,o", "NAME.onnx", "where to write (default: the network's name, in the working folder)");
    if (!options.parse(arguments)) return exit_done;

    const auto path = find_config(options.text("NETWORK"));
    const auto network = load_network(path);
    if (!network.weights)
        throw InputError({path.string(), "a network with weights", "none",
                          "`hwnas train` trains it and writes network.onnx; a search writes networks/*.onnx"});
    const std::filesystem::path out = options.text("out", network.name + ".onnx");
    OnnxMetadata metadata;
    metadata.version = version;
    metadata.architecture = graph_id(network.graph);
    metadata.training = OnnxMetadata::Training::given;
    write_file_durably(out, to_onnx(network.graph, *network.weights, metadata));
    std::cout << "Written: " << out.string() << '\n';
    return exit_done;
}

}  // namespace hwnas::cli
