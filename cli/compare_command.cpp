#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/files.h"
#include "job/compared_networks.h"

namespace hwnas::cli {
namespace {

/// What goes to standard output: JSON, CSV or a table.
void print(const Comparison& comparison, const Options& options) {
    if (options.has("json")) {
        std::cout << comparison_json(comparison).dump(2) << '\n';
    } else if (options.text("csv") == "-") {
        std::cout << comparison_csv(comparison);
    } else {
        std::cout << comparison_table(comparison);
        if (const auto missing = missing_text(comparison); !missing.empty()) std::cout << '\n' << missing;
        return;
    }
    std::cerr << missing_text(comparison);
}

void write(const Options& options, const char* option, const std::string& content) {
    const auto file = options.text(option);
    write_file_durably(file, content);
    std::cerr << "written: " << file << '\n';
}

}  // namespace

int compare(const std::vector<std::string>& arguments) {
    Options options(
        "compare NETWORK... [OPTIONS]",
        "Lays networks side by side: size, operations, memory, latency and energy on devices, accuracy where\n"
        "it is known. NETWORK is a network's file: a published one, a search's networks/ID.json, a graph.");
    options.positionals("NETWORK");
    options.values("table", "FILE", "a device's table, for latency and energy; may stand several times");
    options.value("study", "STUDY", "take in the front of a study (a store such as runs/mine/study.sqlite)");
    options.value("name", "NAME", "which study, where the store holds several");
    options.value("space", "FILE", "the space of all architectures, instead of those that their files name");
    options.value("sort", "COLUMN",
                  "best first: name, parameters, macs, peak_activation_bytes, onnx_bytes,\n"
                  "latency, energy (with several tables latency@DEVICE), top1");
    options.flag("json", "as JSON");
    options.value("csv", "FILE", "as CSV; - for standard output");
    options.value("svg", "FILE", "a picture: accuracy over latency or parameters, as far as they are known");
    if (!options.parse(arguments)) return exit_done;
    if (options.has("json") && options.text("csv") == "-")
        throw InputError({"hwnas compare", "one of --json and --csv -", "both", ""});
    const ComparisonRequest request{options.texts("NETWORK"), options.texts("table"), options.text("study"),
                                    options.text("name"), options.text("space")};
    if (request.networks.empty() && request.study.empty())
        throw InputError({"hwnas compare", "NETWORK... or --study STUDY", "nothing", "see --help"});

    auto comparison = make_comparison(request);
    if (options.has("sort")) sort_rows(comparison, options.text("sort"));
    print(comparison, options);
    if (options.has("csv") && options.text("csv") != "-") write(options, "csv", comparison_csv(comparison));
    if (options.has("svg")) write(options, "svg", comparison_svg(comparison));
    return exit_done;
}

}  // namespace hwnas::cli
