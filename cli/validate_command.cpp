#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "job/import_description.h"
#include "job/job.h"
#include "job/programs.h"
#include "space/compiled_space.h"

namespace hwnas::cli {
namespace {

/// Compiles the space, which finds whether its constraints leave any network.
std::size_t choices_of(SearchSpace space, const std::filesystem::path& path) {
    try {
        return CompiledSpace(std::move(space)).choices().size();
    } catch (const InputError& error) {
        auto problems = error.problems();
        for (auto& problem : problems) problem.place = path.string() + ": " + problem.place;
        throw InputError(std::move(problems));
    }
}

}  // namespace

int validate(const std::vector<std::string>& arguments) {
    Options options("validate FILE [OPTIONS]",
                    "Checks a job, with the files that it names, a search space, a device or a\n"
                    "description of measurements to import, and runs nothing.\n"
                    "Every problem is told with file, line and JSON path; the exit code is 2 then.");
    options.positional("FILE", true);
    options.values("set", "PATH=VALUE", "override a value");
    if (!options.parse(arguments)) return exit_done;
    const auto path = find_config(options.text("FILE"));
    auto document = JsonDocument::load(path);
    for (const auto& assignment : options.texts("set")) document.override_value(assignment);
    const JsonValue root(document);
    const auto has = [&document](const char* key) {
        return document.root().is_object() && document.root().contains(key);
    };
    if (has("stages") || has("type") || has("choices")) {
        const auto kind = read_space_kind(root);
        document.throw_problems();
        std::size_t choices = 0;
        if (kind == SpaceKind::categorical) {
            choices = CategoricalSpace::read(root).choices().size();
        } else {
            auto space = SearchSpace::read(root);
            document.throw_problems();
            choices = choices_of(std::move(space), path);
        }
        document.throw_problems();
        std::cout << path.string() << ": a valid space, " << choices << " choices\n";
    } else if (has("rounds") || has("burst") || has("runner")) {
        const auto device = DeviceConfig::read(root);
        document.throw_problems();
        std::cout << path.string() << ": a valid device, " << device.name << '\n';
    } else if (is_import_description(document.root())) {
        const auto read = read_import_description(document, path.parent_path());
        std::cout << path.string() << ": a valid description of " << read.head.at("quantity").get<std::string>() << " ("
                  << read.head.at("unit").get<std::string>() << ") on " << read.head.at("device").get<std::string>()
                  << '\n';
    } else {
        const Job job = load_job(std::move(document));
        std::cout << path.string() << ": a valid job (" << job.space_name() << ", " << job.objectives.size()
                  << " objectives, " << budget_text(job) << " by " << job.strategy_name << ")\n";
    }
    return exit_done;
}

}  // namespace hwnas::cli
