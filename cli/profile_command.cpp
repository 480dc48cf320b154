#include <iomanip>
#include <iostream>
#include <limits>
#include <random>
#include <sstream>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/error.h"
#include "devices/runners.h"
#include "devices/table_transfer.h"
#include "job/device_tables.h"
#include "job/programs.h"

namespace hwnas::cli {
namespace {

constexpr std::int64_t default_networks = 80;  // that a profile measures, half of them held out
constexpr std::int64_t default_verified = 100;

std::string fixed(double value, int decimals) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(decimals) << value;
    return text.str();
}

void print_agreement(const char* what, const Agreement& agreement) {
    std::cout << "  " << std::left << std::setw(34) << what << std::right << std::setw(9) << agreement.count
              << std::setw(10) << fixed(agreement.mean_error_percent, 2) + " %" << std::setw(9)
              << fixed(100 * agreement.within_5_percent, 1) + " %" << std::setw(9)
              << fixed(100 * agreement.within_10_percent, 1) + " %" << std::setw(8) << fixed(agreement.r2, 4)
              << std::setw(8) << fixed(agreement.kendall_tau, 3) << '\n';
}

void print_verdict(const Agreement& held_out, const std::optional<Agreement>& remeasured) {
    std::cout << "  " << std::left << std::setw(34) << "latency of whole networks" << std::right << std::setw(9)
              << "networks" << std::setw(10) << "error" << std::setw(9) << "in 5 %" << std::setw(9) << "in 10 %"
              << std::setw(8) << "R2" << std::setw(8) << "tau" << '\n';
    print_agreement("predicted, against measured", held_out);
    if (remeasured) print_agreement("measured twice, in two processes", *remeasured);
}

std::function<void(const ProfileProgress&)> shown(Progress& progress) {
    return [&progress](const ProfileProgress& state) {
        progress.show("  round " + std::to_string(state.rounds_done) + ": " +
                      std::to_string(state.segments - state.segments_left) + " of " + std::to_string(state.segments) +
                      " " + state.what + " measured, about " + duration_text(state.seconds_left) + " left");
    };
}

int stopped(const char* advice) {
    std::cerr << "stopped; " << advice << '\n';
    return exit_interrupted;
}

int verify(const Options& options) {
    const std::filesystem::path path = options.text("verify");
    const auto table = CostTable::load(path);
    const auto file = SpaceFile::of_table(table, path.string(), options.text("space"));
    JsonDocument device_document = JsonDocument::from_value(table.device_file, path.string() + ": device_file");
    const auto device = DeviceConfig::read(JsonValue(device_document));
    device_document.throw_problems();
    const CompiledSpace space(file.space);
    const auto runner = make_runner(device, find_program);

    Interrupt interrupt;
    Progress progress;
    VerifyOptions verify_options;
    verify_options.networks = static_cast<std::size_t>(options.integer("networks", default_verified, 2, 1000000));
    verify_options.seed =
        options.has("seed")
            ? static_cast<std::uint64_t>(options.integer("seed", 0, 0, std::numeric_limits<std::int64_t>::max()))
            : std::random_device{}();
    verify_options.progress = shown(progress);
    progress.say("verifying " + path.string() + " of " + table.device + " on fresh networks of " + space.name() +
                 ", each in two processes (seed " + std::to_string(verify_options.seed) + ")");
    const auto result = verify_table(space, *runner, device, table, verify_options, interrupt.token());
    if (result.stopped) return stopped("nothing was changed");
    if (options.has("json")) {
        std::cout << Json{{"device", table.device},
                          {"space", space.name()},
                          {"seed", verify_options.seed},
                          {"held_out", to_json(result.held_out)},
                          {"remeasured", to_json(result.remeasured)}}
                         .dump(2)
                  << '\n';
        return exit_done;
    }
    print_verdict(result.held_out, result.remeasured);
    return exit_done;
}

int transfer(const Options& options, const CompiledSpace& space, const DeviceConfig& device, CostTable& table,
             const std::filesystem::path& path, Progress& progress, Interrupt& interrupt) {
    std::vector<CostTable> known;
    for (const auto& from : options.texts("from")) known.push_back(CostTable::load(from));
    ProfileOptions rows;
    rows.table_path = path;
    rows.progress = shown(progress);
    const auto runner = make_runner(device, find_program);
    const auto outcome =
        transfer_table(space, *runner, device, table, known,
                       static_cast<std::size_t>(options.integer("budget", 0, 1, 1000000)), rows, interrupt.token());
    if (outcome.stopped) return stopped("the same command goes on");
    std::cout << path.string() << ": " << table.rows.size() << " rows, " << outcome.measured << " measured now, "
              << outcome.transferred << " from " << known.size() << " other devices' tables\n"
              << "`hwnas profile --verify " << path.string() << " --space " << options.text("space")
              << "` says how good they are\n";
    return exit_done;
}

}  // namespace

int profile(const std::vector<std::string>& arguments) {
    Options options(
        "profile DEVICE.json --space SPACE.json -o TABLE.json [OPTIONS]\n"
        "       hwnas profile --verify TABLE.json [--json] [--networks N]",
        "Measures every distinct segment of the space on the device and writes a cost table. Whole networks of the\n"
        "space are measured too: some to correct the sums of segments, others to say how near these come. Rows\n"
        "that the table already has are kept, so it resumes where it stopped and serves several spaces.\n"
        "--verify says how good a table is, on fresh networks of its space.");
    options.positional("DEVICE.json", false);
    options.value(
        "space", "FILE",
        "the search space whose segments are measured; with --verify needed where the table has several or none");
    options.value("output,o", "FILE", "the table; made, or completed");
    options.flag("repeat-noisy", "measure rows again whose rounds did not agree");
    options.value("networks", "N", "whole networks to measure: 80, half of them held out (0: none); with --verify 100");
    options.value(
        "minutes", "M",
        "how long it may take, the verdict apart: as many segments are measured as fit, at least 300, and\n"
        "the others are interpolated; 9 by default. Given with a table that has interpolated rows, it measures on");
    options.value("segments", "N", "segments to measure instead, however long it takes, the others being interpolated");
    options.value("budget", "N", "measure so many segments only, and complete the table from other devices' (--from)");
    options.values("from", "TABLE", "with --budget: a table of another device for the same space; may be repeated");
    options.value("verify", "TABLE", "judge this table on fresh networks");
    options.value("seed", "N", "with --verify: of the networks that are drawn; without it others each time");
    options.flag("json", "with --verify: print JSON");
    if (!options.parse(arguments)) return exit_done;
    if (options.has("verify")) return verify(options);
    for (const char* needed : {"DEVICE.json", "space", "output"})
        if (!options.has(needed))
            throw InputError({"hwnas profile",
                              needed == std::string("DEVICE.json") ? needed : std::string("--") + needed + " FILE",
                              "nothing", "see --help"});

    const auto device = DeviceConfig::load(find_config(options.text("DEVICE.json")));
    const auto file = SpaceFile::load(find_config(options.text("space")));
    const CompiledSpace space(file.space);
    const std::filesystem::path path = options.text("output");
    auto table = load_or_start_table(path, device);

    Interrupt interrupt;
    Progress progress;
    progress.say(std::to_string(space.segments().size()) + " segments, " +
                 std::to_string(missing_segments(space, table).size()) + " of them not in " + path.string());
    SpaceProfileOptions profile_options;
    profile_options.rows.table_path = path;
    profile_options.rows.repeat_noisy = options.has("repeat-noisy");
    profile_options.rows.progress = shown(progress);
    profile_options.space_path = std::filesystem::absolute(file.path);
    profile_options.space_file = file.content;
    profile_options.say = [&](const std::string& text) { progress.say(text); };
    const auto networks = static_cast<std::size_t>(options.integer("networks", default_networks, 0, 1000000));
    profile_options.calibrate_on = networks / 2;
    profile_options.held_out = networks - networks / 2;
    if (options.has("segments")) {
        if (options.has("minutes"))
            throw InputError({"hwnas profile", "--minutes M or --segments N", "both", "see --help"});
        profile_options.segments = static_cast<std::size_t>(options.integer("segments", 0, 40, 1000000));
    }
    if (options.has("minutes")) profile_options.time = std::chrono::minutes(options.integer("minutes", 0, 1, 100000));
    if (options.has("budget") != options.has("from"))
        throw InputError({"hwnas profile", "--budget N together with --from TABLE", "one of them alone", "see --help"});
    if (options.has("budget")) return transfer(options, space, device, table, path, progress, interrupt);
    const auto outcome = profile_on_device(space, device, table, profile_options, interrupt.token());
    std::cout << path.string() << ": " << table.rows.size() << " rows, " << outcome.measured << " measured now, "
              << outcome.noisy << " of them noisy";
    if (outcome.interpolated > 0) std::cout << ", " << outcome.interpolated << " interpolated";
    if (outcome.unsupported > 0) std::cout << ", " << outcome.unsupported << " that the device can't run";
    std::cout << (table.has_energy() ? "" : "; energy " + table.context.value("energy", "not measured")) << '\n';
    if (outcome.stopped) return stopped("the same command goes on");
    if (const auto* verdict = table.verdict(space.name())) {
        print_verdict(verdict->held_out, verdict->remeasured);
        if (verdict->energy) print_agreement("energy, predicted", verdict->energy->held_out);
    }
    return exit_done;
}

}  // namespace hwnas::cli
