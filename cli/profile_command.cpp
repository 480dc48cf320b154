#include <iostream>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/error.h"
#include "job/device_tables.h"
#include "job/programs.h"

namespace hwnas::cli {

int profile(const std::vector<std::string>& arguments) {
    Options options(
        "profile DEVICE.json --space SPACE.json -o TABLE.json [OPTIONS]",
        "Measures every distinct segment of the space on the device and writes a cost table. Rows that the\n"
        "table already has are kept, so it resumes where it stopped and serves several spaces.");
    options.positional("DEVICE.json", true);
    options.value("space", "FILE", "the search space whose segments are measured");
    options.value("output,o", "FILE", "the table; made, or completed");
    options.flag("repeat-noisy", "measure rows again whose rounds did not agree");
    if (!options.parse(arguments)) return exit_done;
    for (const char* needed : {"space", "output"})
        if (!options.has(needed))
            throw InputError({"hwnas profile", std::string("--") + needed + " FILE", "nothing", "see --help"});

    const auto device = DeviceConfig::load(find_config(options.text("DEVICE.json")));
    const CompiledSpace space(SearchSpace::load(find_config(options.text("space"))));
    const std::filesystem::path path = options.text("output");
    auto table = load_or_start_table(path, device);

    Interrupt interrupt;
    Progress progress;
    progress.say(std::to_string(space.segments().size()) + " segments, " +
                 std::to_string(missing_segments(space, table).size()) + " of them not in " + path.string());
    ProfileOptions profile_options;
    profile_options.table_path = path;
    profile_options.repeat_noisy = options.has("repeat-noisy");
    profile_options.progress = [&](const ProfileProgress& state) {
        progress.show("  round " + std::to_string(state.rounds_done) + ": " +
                      std::to_string(state.segments - state.segments_left) + " of " + std::to_string(state.segments) +
                      " segments measured, about " + duration_text(state.seconds_left) + " left");
    };
    const auto outcome = profile_space(space, device, table, profile_options, interrupt.token());
    std::cout << path.string() << ": " << table.rows.size() << " rows, " << outcome.measured << " measured now, "
              << outcome.noisy << " of them noisy"
              << (table.has_energy() ? "" : "; energy " + table.context.value("energy", "not measured")) << '\n';
    if (!outcome.stopped) return exit_done;
    std::cerr << "stopped; the same command goes on\n";
    return exit_interrupted;
}

}  // namespace hwnas::cli
