#include <iostream>

#include "cli/command.h"
#include "job/job.h"
#include "job/programs.h"

namespace hwnas::cli {

int validate(const std::vector<std::string>& arguments) {
    Options options("validate JOB.json [OPTIONS]",
                    "Checks a job and the files that it names, and runs nothing. Every problem is told with file,\n"
                    "line and JSON path; the exit code is 2 then.");
    options.positional("JOB.json", true);
    options.values("set", "PATH=VALUE", "override a value of the job");
    if (!options.parse(arguments)) return exit_done;
    const auto path = find_config(options.text("JOB.json"));
    auto document = JsonDocument::load(path);
    for (const auto& assignment : options.texts("set")) document.override_value(assignment);
    const Job job = load_job(std::move(document));
    std::cout << path.string() << ": a valid job (" << job.space.name() << ", " << job.objectives.size()
              << " objectives, " << job.trials << " trials by " << job.strategy_name << ")\n";
    return exit_done;
}

}  // namespace hwnas::cli
