#include "devices/device_config.h"

#include "devices/runners.h"

namespace hwnas {
namespace {

void read_run(JsonObject& object, const RunnerKind& kind, RunSettings& run) {
    run.batch = object.integer("batch", run.batch, {1, 65536});
    run.threads = object.integer("threads", run.threads, {1, 1024});
    run.data_type = object.one_of("data_type", kind.data_types, kind.data_types.front());
    if (const auto streams = object.optional("streams")) {
        run.streams = streams->integer({1, 1024});
        if (run.streams > 1 && !kind.streams)
            streams->problem("1, since the runner " + kind.name + " runs one network at a time");
    }
    if (const auto engine = object.optional("engine")) {
        const bool right = kind.check_engine(*engine);
        if (right && engine->is_object()) run.engine = engine->json();
    }
    if (const auto given = object.optional("burst")) {
        JsonObject burst(*given);
        run.warmup_runs = burst.integer("warmup_runs", run.warmup_runs, {0, 1'000'000});
        run.least_runs = burst.integer("least_runs", run.least_runs, {1, 1'000'000});
        run.least_milliseconds = burst.number("least_milliseconds", run.least_milliseconds, {0, 1e6});
    }
}

void read_rounds(const JsonValue& value, DeviceConfig::Rounds& rounds) {
    JsonObject object(value);
    rounds.least = object.integer("least", rounds.least, {1, 1000});
    rounds.most = object.integer("most", rounds.most, {1, 1000});
    rounds.agree_percent = object.number("agree_percent", rounds.agree_percent, {0, 100});
    rounds.most_bursts = object.integer("most_bursts", rounds.most_bursts, {1, 1000});
    if (rounds.most < rounds.least)
        value.problem("\"most\" to be at least \"least\" (" + std::to_string(rounds.least) + ")");
}

void read_command(JsonObject& object, DeviceConfig& config) {
    const auto given = config.runner == "command" ? object.required("command") : object.optional("command");
    if (!given) return;
    if (config.runner != "command") given->problem("no command, since the runner is " + config.runner);
    for (const auto& argument : given->items(1)) config.command.push_back(argument.text());
    if (!config.command.empty() && config.command.front().empty()) given->problem("a program's name first");
}

void read_accelerator_of(JsonObject& object, DeviceConfig& config) {
    const bool modelled = config.runner == "model";
    const auto given = modelled ? object.required("accelerator") : object.optional("accelerator");
    if (!given || !given->present()) return;
    if (!modelled) return given->problem("no accelerator, since the runner is " + config.runner);
    config.accelerator = read_accelerator(*given);
    const std::string type = config.run.data_type;
    if (!config.accelerator->data_types.contains(type))
        given->problem("a row for the device's data type " + type, "name the type by \"data_type\"");
}

}  // namespace

DeviceConfig DeviceConfig::load(const std::filesystem::path& path) {
    JsonDocument document = JsonDocument::load(path);
    DeviceConfig config = read(JsonValue(document));
    document.throw_problems();
    return config;
}

DeviceConfig DeviceConfig::read(const JsonValue& value) {
    DeviceConfig config;
    config.source = value.json();
    config.folder = std::filesystem::path(value.document().origin()).parent_path();
    JsonObject object(value);
    const JsonValue name = object.required("name");
    config.name = name.text();
    if (name.is_string() && config.name.empty()) name.problem("a name that is not empty");
    config.runner = object.one_of("runner", runner_names(), config.runner);
    const RunnerKind& kind = runner_kind(config.runner);
    read_run(object, kind, config.run);
    read_command(object, config);
    if (const auto cpus = object.optional("cpus"))
        for (const auto& cpu : cpus->items(1)) config.cpus.push_back(cpu.integer({0, 65535}));
    config.limit_seconds = object.number("limit_s", config.limit_seconds, {0.001, 1e6});
    // What is computed is the same each time.
    if (kind.modelled) config.rounds = {1, 1, config.rounds.agree_percent, 1};
    if (const auto rounds = object.optional("rounds")) read_rounds(*rounds, config.rounds);
    read_accelerator_of(object, config);
    config.powercap_root = object.text("powercap_root", config.powercap_root.string());
    return config;
}

}  // namespace hwnas
