#include "devices/device_config.h"

namespace hwnas {

DeviceConfig DeviceConfig::load(const std::filesystem::path& path) {
    JsonDocument document = JsonDocument::load(path);
    DeviceConfig config = read(JsonValue(document));
    document.throw_problems();
    return config;
}

DeviceConfig DeviceConfig::read(const JsonValue& value) {
    DeviceConfig config;
    JsonObject object(value);
    const JsonValue name = object.required("name");
    config.name = name.text();
    if (name.is_string() && config.name.empty()) name.problem("a name that is not empty");
    config.runner = object.one_of("runner", {"libtorch"}, config.runner);
    config.run.batch = object.integer("batch", config.run.batch, {1, 65536});
    config.run.threads = object.integer("threads", config.run.threads, {1, 1024});
    config.run.data_type = object.one_of("data_type", {"float32"}, config.run.data_type);
    config.powercap_root = object.text("powercap_root", config.powercap_root.string());
    if (const auto given = object.optional("rounds")) {
        JsonObject rounds(*given);
        config.rounds.least = rounds.integer("least", config.rounds.least, {2, 1000});
        config.rounds.most = rounds.integer("most", config.rounds.most, {2, 1000});
        config.rounds.agree_percent = rounds.number("agree_percent", config.rounds.agree_percent, {0, 100});
        if (config.rounds.most < config.rounds.least)
            given->problem("\"most\" to be at least \"least\" (" + std::to_string(config.rounds.least) + ")");
    }
    if (const auto given = object.optional("burst")) {
        JsonObject burst(*given);
        config.run.warmup_runs = burst.integer("warmup_runs", config.run.warmup_runs, {0, 1'000'000});
        config.run.least_runs = burst.integer("least_runs", config.run.least_runs, {1, 1'000'000});
        config.run.least_milliseconds = burst.number("least_milliseconds", config.run.least_milliseconds, {0, 1e6});
    }
    return config;
}

}  // namespace hwnas
