#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/json_reader.h"
#include "job/version.h"

namespace {

using namespace hwnas;

constexpr const char* about =
    "hwnas searches for neural networks that are accurate, small and fast on a given device.\n";

const std::vector<cli::Command>& commands() {
    static const std::vector<cli::Command> all{
        {"search", "run a search job, or go on with one", cli::search},
        {"worker", "evaluate trials of searches that leave them to workers", cli::worker},
        {"slurm", "run a job on a cluster, and tell how it goes on", cli::slurm},
        {"validate", "check a job file without running it", cli::validate},
        {"profile", "measure a space's segments on a device, and say how good the table is", cli::profile},
        {"bench-search", "compare strategies by how much of a front they find", cli::bench_search},
        {"bench-proxy", "time the trainer beside LibTorch as it comes", cli::bench_proxy},
        {"optimum", "find the best networks there are, with proof, where all figures are tables", cli::optimum},
        {"tune", "find the fastest settings of a device's engine", cli::tune},
        {"table", "compare two cost tables", cli::table},
        {"front", "print the Pareto front of a study", cli::front},
        {"inspect", "show an architecture, network, space or study", cli::inspect},
        {"families", "list the families of blocks, and their fields", cli::families},
        {"compare", "lay networks side by side", cli::compare},
        {"studies", "list, export, merge and delete studies", cli::studies},
        {"train", "train one architecture properly", cli::train},
        {"import", "take over a network from an ONNX file", cli::import},
        {"import-table", "turn published measurements into a table of choices", cli::import_table},
        {"export", "write a network with weights as an ONNX file", cli::export_network},
    };
    return all;
}

void print_help(std::ostream& out) {
    out << "Usage: hwnas COMMAND [ARGUMENTS]\n\n" << about << "\nCommands:\n";
    for (const auto& command : commands())
        out << "  " << command.name << std::string(14 - command.name.size(), ' ') << command.summary << '\n';
    out << "\n`hwnas COMMAND --help` tells more. Exit codes: 0 done, 1 the run failed, 2 wrong input, 130 "
           "interrupted.\n";
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
        print_help(std::cerr);
        return cli::exit_wrong_input;
    }
    const std::string& name = arguments.front();
    if (name == "--help" || name == "-h" || name == "help") {
        print_help(std::cout);
        return cli::exit_done;
    }
    if (name == "--version") {
        std::cout << "hwnas " << version << '\n';
        return cli::exit_done;
    }
    std::vector<std::string> names;
    for (const auto& command : commands()) {
        if (command.name == name) return command.run({arguments.begin() + 1, arguments.end()});
        names.push_back(command.name);
    }
    const auto near = nearest_word(name, names);
    throw InputError(
        {"hwnas", "a command", "\"" + name + "\"", near ? "did you mean \"" + *near + "\"?" : "see hwnas --help"});
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const InputError& error) {
        for (const auto& problem : error.problems()) std::cerr << "error: " << problem.text() << '\n';
        return cli::exit_wrong_input;
    } catch (const std::exception& error) {
        std::cerr << "error: " << error.what() << '\n';
        return cli::exit_failed;
    }
}
