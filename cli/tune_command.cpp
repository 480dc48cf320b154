#include <filesystem>
#include <iostream>
#include <thread>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/error.h"
#include "core/files.h"
#include "devices/drawn_networks.h"
#include "devices/runners.h"
#include "devices/tuning.h"
#include "job/device_tables.h"
#include "job/programs.h"
#include "report/figures.h"

namespace hwnas::cli {
namespace {

constexpr std::size_t measured_networks = 3;

std::string text_of(const Json& settings) {
    std::string text;
    for (const auto& [key, value] : settings.items())
        text += (text.empty() ? "" : ", ") + key.substr(key.rfind('/') + 1) + " " +
                (value.is_string() ? value.get<std::string>() : value.dump());
    return text;
}

void print(const std::vector<TunedSetting>& tuned) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& setting : tuned)
        rows.push_back({text_of(setting.settings),
                        setting.failure.empty() ? format_figure(setting.latency_ms, "ms", 3) : "-",
                        setting.throughput > 0 ? format_figure(setting.throughput, "", 1) : "-", setting.failure});
    std::cout << format_table({{"settings", false}, {"latency [ms]", true}, {"images/s", true}, {"", false}}, rows,
                              TableStyle::plain);
}

}  // namespace

int tune(const std::vector<std::string>& arguments) {
    Options options("tune DEVICE.json --space SPACE.json [-o TUNED.json]",
                    "Measures some networks of the space under every combination of the engine's settings (threads,\n"
                    "optimisation, memory, networks at once) and says which is fastest. TUNED.json is the device with\n"
                    "the settings of least latency, or with --throughput those that get through most images.");
    options.positional("DEVICE.json", true);
    options.value("space", "FILE", "the search space whose networks are measured");
    options.value("output,o", "FILE", "where the tuned device goes; its name becomes the file's");
    options.flag("throughput", "keep the setting of most images a second");
    if (!options.parse(arguments)) return exit_done;
    if (!options.has("space")) throw InputError({"hwnas tune", "--space FILE", "nothing", "see --help"});
    const auto device = DeviceConfig::load(find_config(options.text("DEVICE.json")));
    const auto choices = usual_choices(device.runner, std::max(1U, std::thread::hardware_concurrency()));
    if (choices.empty())
        throw InputError({options.text("DEVICE.json"), "a runner with settings to try: libtorch, onnxruntime, wasm",
                          device.runner, "tune such a device with its own tools"});
    const CompiledSpace space(SearchSpace::load(find_config(options.text("space"))));
    std::vector<const Segment*> wholes;
    const auto networks = draw_networks(space, {}, measured_networks, 1);
    for (const auto& network : networks) wholes.push_back(&network.whole);

    Interrupt interrupt;
    Progress progress;
    auto tuned = hwnas::tune(
        device, choices, wholes, [](const DeviceConfig& config) { return make_runner(config, find_program); },
        [&](std::size_t done, std::size_t of) {
            progress.show("  " + std::to_string(done) + " of " + std::to_string(of) + " bursts");
        },
        interrupt.token());
    if (tuned.empty()) {
        std::cerr << "stopped; nothing was written\n";
        return exit_interrupted;
    }
    print(tuned);
    if (!tuned.front().failure.empty()) throw RunError("no setting could be measured: " + tuned.front().failure);
    const auto& best = options.has("throughput")
                           ? *std::max_element(tuned.begin(), tuned.end(),
                                               [](const auto& a, const auto& b) { return a.throughput < b.throughput; })
                           : tuned.front();
    std::cout << "Best: " << text_of(best.settings) << '\n';
    if (!options.has("output")) return exit_done;
    Json file = best.device.source;
    file["name"] = std::filesystem::path(options.text("output")).stem().string();
    file["comment"] =
        device.name + " with the best of " + std::to_string(tuned.size()) + " settings for " + space.name();
    file.erase("$schema");
    write_file_durably(options.text("output"), file.dump(4) + "\n");
    std::cout << options.text("output") << " has them\n";
    return exit_done;
}

}  // namespace hwnas::cli
