#include <cstdio>
#include <iostream>
#include <thread>

#include "cli/command.h"
#include "cli/progress.h"
#include "job/network_file.h"
#include "job/programs.h"
#include "job/proxy_speed.h"
#include "report/figures.h"

namespace hwnas::cli {
namespace {

const std::vector<std::string>& usual_networks() {
    static const std::vector<std::string> files{
        "configs/benchmarks/networks/mbconv-32.json", "configs/benchmarks/networks/mnasnet-a1-32.json",
        "configs/benchmarks/networks/mobilenet-28.json", "configs/benchmarks/networks/resnet-20.json"};
    return files;
}

Json json_of(const std::vector<ProxySpeed>& speeds, const ProxySpeedOptions& options) {
    Json networks = Json::array();
    for (const auto& speed : speeds)
        networks.push_back({{"name", speed.name},
                            {"macs", speed.macs},
                            {"images_per_second", speed.images_per_second},
                            {"plain_images_per_second", speed.plain_images_per_second},
                            {"plain_one_process_images_per_second", speed.plain_threaded},
                            {"plain_processes_images_per_second", speed.plain_processes},
                            {"ratio_to_plain", speed.images_per_second / speed.plain_images_per_second},
                            {"peak_share", speed.peak_share},
                            {"loss_difference", options.loss_steps > 0 ? Json(speed.loss_difference) : Json()}});
    return {{"batch", options.batch}, {"candidates", options.candidates}, {"networks", networks}};
}

std::string loss_text(const ProxySpeed& speed, const ProxySpeedOptions& options) {
    if (options.loss_steps == 0) return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", speed.loss_difference);
    return text;
}

std::string table_of(const std::vector<ProxySpeed>& speeds, const ProxySpeedOptions& options) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& speed : speeds)
        rows.push_back({speed.name, format_figure(static_cast<double>(speed.macs) / 1e6, "", 1),
                        format_figure(speed.images_per_second, "", 0),
                        format_figure(speed.plain_images_per_second, "", 0),
                        format_figure(speed.images_per_second / speed.plain_images_per_second, "", 2),
                        format_figure(100 * speed.peak_share, "", 1), loss_text(speed, options)});
    return format_table({{"network"},
                         {"MMACs", true},
                         {"images/s", true},
                         {"plain LibTorch", true},
                         {"ratio", true},
                         {"% of peak", true},
                         {"losses differ by", true}},
                        rows, TableStyle::plain);
}

}  // namespace

int bench_proxy(const std::vector<std::string>& arguments) {
    Options options(
        "bench-proxy [NETWORK.json...] [OPTIONS]",
        "Times training steps by hwnas's trainer and by LibTorch as it comes, in turn, and prints the images\n"
        "a second of all candidates together, and how far apart the two ways' losses come.");
    options.positionals("NETWORK.json");
    options.flag("json", "print JSON");
    options.value("batch", "N", "images a step (default 128)");
    options.value("candidates", "N", "networks that train at once, a thread each (default: as many as cores)");
    options.value("rounds", "N", "how often each way is timed; the median counts (default 5)");
    options.value("seconds", "S", "of steps in each round and way (default 2)");
    options.value("loss-steps", "N", "steps whose losses are compared (default 100; 0 for none)");
    if (!options.parse(arguments)) return exit_done;

    ProxySpeedOptions asked;
    asked.loss_steps = options.integer("loss-steps", asked.loss_steps, 0, 100000);
    asked.batch = options.integer("batch", asked.batch, 2, 65536);
    asked.candidates = options.integer("candidates", std::max(1U, std::thread::hardware_concurrency()), 1, 1024);
    asked.rounds = options.integer("rounds", asked.rounds, 1, 1000);
    asked.burst_seconds = options.number("seconds", asked.burst_seconds, 0.01);
    auto files = options.texts("NETWORK.json");
    if (files.empty()) files = usual_networks();
    std::vector<NetworkToTrain> networks;
    for (const auto& file : files) {
        auto network = load_network(find_config(file));
        networks.push_back({network.name, std::move(network.graph)});
    }
    Progress progress;
    const auto speeds =
        proxy_speed(networks, asked, [&](const std::string& name) { progress.show("  training " + name); });
    if (options.has("json"))
        std::cout << json_of(speeds, asked).dump(2) << '\n';
    else
        std::cout << table_of(speeds, asked);
    return exit_done;
}

}  // namespace hwnas::cli
