#include "devices/onnxruntime_settings.h"

namespace hwnas {
namespace {

std::map<std::string, std::string> texts(const std::optional<JsonValue>& value) {
    std::map<std::string, std::string> read;
    if (!value) return read;
    JsonObject object(*value);
    for (const auto& key : object.keys()) read[key] = object.required(key).text();
    return read;
}

}  // namespace

OnnxRuntimeSettings OnnxRuntimeSettings::read(const JsonValue& engine) {
    OnnxRuntimeSettings settings;
    JsonObject object(engine);
    settings.library = object.text("library", settings.library);
    settings.optimisation = object.one_of("optimisation", {"none", "basic", "extended", "all"}, settings.optimisation);
    settings.memory_arena = object.boolean("memory_arena", settings.memory_arena);
    settings.memory_pattern = object.boolean("memory_pattern", settings.memory_pattern);
    settings.parallel_nodes = object.boolean("parallel_nodes", settings.parallel_nodes);
    settings.provider = object.text("provider", settings.provider);
    settings.provider_options = texts(object.optional("provider_options"));
    settings.config = texts(object.optional("config"));
    return settings;
}

}  // namespace hwnas
