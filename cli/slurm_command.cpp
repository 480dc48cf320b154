#include "cli/slurm_command.h"

#include <array>
#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/json_reader.h"

namespace hwnas::cli {
namespace {

struct SlurmVerb {
    const char* name;
    int (*run)(const std::vector<std::string>& arguments);
};
constexpr std::array slurm_verbs{SlurmVerb{"submit", slurm_submit}, SlurmVerb{"status", slurm_status}};

}  // namespace

int slurm(const std::vector<std::string>& arguments) {
    const std::string first = arguments.empty() ? "" : arguments.front();
    std::vector<std::string> names;
    for (const auto& [name, run] : slurm_verbs) {
        if (first == name) return run({arguments.begin() + 1, arguments.end()});
        names.emplace_back(name);
    }
    if (first == "--help" || first == "-h") {
        std::cout << "Usage: hwnas slurm submit JOB.json [OPTIONS] [-- SBATCH OPTIONS]\n"
                     "       hwnas slurm status STORE [OPTIONS]\n\n"
                     "Runs a job on a cluster, and tells how it goes on. Each tells more with --help.\n";
        return exit_done;
    }
    const auto near = nearest_word(first, names);
    throw InputError({"hwnas slurm", "submit or status", first.empty() ? "nothing" : "\"" + first + "\"",
                      near ? "did you mean \"" + *near + "\"?" : "see hwnas slurm --help"});
}

}  // namespace hwnas::cli
