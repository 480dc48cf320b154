#include "devices/tuning.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/rng.h"

namespace hwnas {
namespace {

constexpr int rounds = 4;

DeviceConfig with_settings(const DeviceConfig& device, const Json& settings) {
    Json source = device.source;
    for (const auto& [key, value] : settings.items()) source[Json::json_pointer("/" + key)] = value;
    JsonDocument document = JsonDocument::from_value(source, (device.folder / "device.json").string());
    DeviceConfig changed = DeviceConfig::read(JsonValue(document));
    document.throw_problems();
    return changed;
}

std::vector<Json> combinations(const std::vector<TuningChoice>& choices) {
    std::vector<Json> all{Json::object()};
    for (const auto& choice : choices) {
        std::vector<Json> longer;
        for (const auto& settings : all)
            for (const auto& value : choice.values) {
                longer.push_back(settings);
                longer.back()[choice.key] = value;
            }
        all = std::move(longer);
    }
    return all;
}

double geometric_mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += std::log(value);
    return std::exp(sum / static_cast<double>(values.size()));
}

/// One combination as it is measured.
struct Open {
    TunedSetting setting;
    std::unique_ptr<Runner> runner;
    std::vector<double> least_ms;  // one a network
    std::vector<double> throughput;
};

}  // namespace

std::vector<TuningChoice> usual_choices(const std::string& runner, std::int64_t processors) {
    std::vector<Json> threads;
    for (std::int64_t count = 1; count < processors; count *= 2) threads.push_back(count);
    threads.push_back(processors);
    if (runner == "onnxruntime")
        return {{"threads", threads},
                {"engine/optimisation", {"basic", "extended", "all"}},
                {"engine/memory_arena", {true, false}},
                {"streams", processors > 1 ? std::vector<Json>{1, processors} : std::vector<Json>{1}}};
    if (runner == "wasm") return {{"threads", threads}, {"engine/optimisation", {"basic", "extended", "all"}}};
    if (runner == "libtorch") return {{"threads", threads}};
    return {};
}

std::vector<TunedSetting> tune(const DeviceConfig& device, const std::vector<TuningChoice>& choices,
                               const std::vector<const Segment*>& networks,
                               const std::function<std::unique_ptr<Runner>(const DeviceConfig&)>& make,
                               const std::function<void(std::size_t, std::size_t)>& progress,
                               const std::stop_token& stop) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<Open> open;
    for (auto& settings : combinations(choices)) {
        Open entry;
        entry.setting.device = with_settings(device, settings);
        entry.setting.settings = std::move(settings);
        entry.runner = make(entry.setting.device);
        entry.least_ms.assign(networks.size(), infinity);
        entry.throughput.assign(networks.size(), 0);
        open.push_back(std::move(entry));
    }
    std::vector<std::pair<std::size_t, std::size_t>> order;  // combination, network
    for (std::size_t i = 0; i < open.size(); ++i)
        for (std::size_t n = 0; n < networks.size(); ++n) order.emplace_back(i, n);
    Rng rng(0);
    std::size_t done = 0;
    for (int round = 0; round < rounds; ++round) {
        rng.shuffle(order);
        for (const auto& [i, n] : order) {
            if (stop.stop_requested()) return {};
            if (progress) progress(done++, rounds * order.size());
            auto& entry = open[i];
            if (!entry.setting.failure.empty()) continue;
            try {
                const Burst burst = entry.runner->measure(networks[n]->graph, entry.setting.device.run);
                const double least = *std::min_element(burst.milliseconds.begin(), burst.milliseconds.end());
                entry.least_ms[n] = std::min(entry.least_ms[n], least);
                entry.throughput[n] = std::max(entry.throughput[n], burst.throughput.value_or(0));
            } catch (const RunError& error) {
                entry.setting.failure = error.what();
            }
        }
    }
    std::vector<TunedSetting> tuned;
    for (auto& entry : open) {
        const bool failed = !entry.setting.failure.empty();
        entry.setting.latency_ms = failed ? infinity : geometric_mean(entry.least_ms);
        const bool told = std::all_of(entry.throughput.begin(), entry.throughput.end(), [](double t) { return t > 0; });
        if (!failed && told) entry.setting.throughput = geometric_mean(entry.throughput);
        tuned.push_back(std::move(entry.setting));
    }
    std::stable_sort(tuned.begin(), tuned.end(),
                     [](const TunedSetting& a, const TunedSetting& b) { return a.latency_ms < b.latency_ms; });
    return tuned;
}

}  // namespace hwnas
