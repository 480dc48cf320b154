#include <iostream>

#include "cli/command.h"
#include "job/job.h"
#include "job/programs.h"

namespace hwnas::cli {

int validate(const std::vector<std::string>& arguments) {
    Options options(
        "validate FILE [OPTIONS]",
        "Checks a job, with the files that it names, or a search space or a device file, and runs nothing.\n"
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
        const auto choices = kind == SpaceKind::categorical ? CategoricalSpace::read(root).choices().size()
                                                            : SearchSpace::read(root).choices().size();
        document.throw_problems();
        std::cout << path.string() << ": a valid space, " << choices << " choices\n";
    } else if (has("rounds") || has("burst") || has("runner")) {
        const auto device = DeviceConfig::read(root);
        document.throw_problems();
        std::cout << path.string() << ": a valid device, " << device.name << '\n';
    } else {
        const Job job = load_job(std::move(document));
        std::cout << path.string() << ": a valid job (" << job.space_name() << ", " << job.objectives.size()
                  << " objectives, " << job.trials << " trials by " << job.strategy_name << ")\n";
    }
    return exit_done;
}

}  // namespace hwnas::cli
