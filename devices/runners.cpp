#include "devices/runners.h"

#include <algorithm>

#include "devices/model_runner.h"
#include "devices/onnxruntime_settings.h"
#include "devices/program_runner.h"
#include "devices/web_settings.h"

namespace hwnas {
namespace {

bool check_nothing(const JsonValue& engine) {
    JsonObject none(engine);
    return none.keys().empty();
}
bool check_onnxruntime(const JsonValue& engine) {
    static_cast<void>(OnnxRuntimeSettings::read(engine));
    return true;
}
bool check_web(const JsonValue& engine) {
    static_cast<void>(WebSettings::read(engine));
    return true;
}
// The program's own, handed on as it is.
bool check_object(const JsonValue& engine) {
    if (!engine.is_object()) engine.problem("an object, handed on to the program");
    return engine.is_object();
}

const std::vector<RunnerKind>& kinds() {
    static const std::vector<RunnerKind> all{
        {"libtorch", {"float32"}, false, false, true, check_nothing},
        {"onnxruntime", {"float32", "float16", "bfloat16", "int8"}, true, false, true, check_onnxruntime},
        {"wasm", {"float32", "float16", "int8"}, false, false, true, check_web},
        {"command", {"float32", "float16", "bfloat16", "int8"}, true, false, false, check_object},
        {"model", accelerator_data_types(), false, true, false, check_nothing}};
    return all;
}

// A relative path with a folder in it is relative to the device's file, if it is there.
std::string beside(const DeviceConfig& device, const std::string& path) {
    const std::filesystem::path candidate = device.folder / path;
    if (path.find('/') == std::string::npos || !std::filesystem::exists(candidate)) return path;
    return std::filesystem::absolute(candidate).lexically_normal().string();
}

WebSettings web_settings(const Json& engine) {
    JsonDocument document = JsonDocument::from_value(engine, "engine");
    return WebSettings::read(JsonValue(document));
}

std::vector<std::string> pinned(const DeviceConfig& device, std::vector<std::string> command) {
    if (device.cpus.empty()) return command;
    std::string list;
    for (const auto cpu : device.cpus) list += (list.empty() ? "" : ",") + std::to_string(cpu);
    command.insert(command.begin(), {"taskset", "--cpu-list", list});
    return command;
}

}  // namespace

std::vector<std::string> runner_names() {
    std::vector<std::string> names;
    for (const auto& kind : kinds()) names.push_back(kind.name);
    return names;
}

const RunnerKind& runner_kind(const std::string& name) {
    const auto found =
        std::find_if(kinds().begin(), kinds().end(), [&](const auto& kind) { return kind.name == name; });
    return found != kinds().end() ? *found : kinds().front();
}

std::unique_ptr<Runner> make_runner(const DeviceConfig& device, const FindProgram& find_program) {
    if (device.accelerator) return std::make_unique<ModelRunner>(*device.accelerator);
    std::vector<std::string> command;
    if (device.runner == "libtorch") command = {find_program("hwnas-trainer")};
    if (device.runner == "onnxruntime") {
        const std::string library = device.run.engine.value("library", "");
        command = {find_program("hwnas-onnxruntime"),
                   library.empty() ? find_program("libonnxruntime") : beside(device, library)};
    }
    if (device.runner == "wasm") {
        const auto engine = web_settings(device.run.engine);
        command = {"node", find_program("web/runner.mjs"),
                   engine.library.empty() ? find_program("onnxruntime-web") : beside(device, engine.library), "--host",
                   engine.host};
        if (!engine.chromium.empty()) command.insert(command.end(), {"--chromium", engine.chromium});
    }
    for (const auto& argument : device.command) command.push_back(beside(device, argument));
    const auto form = device.runner == "libtorch" ? ProgramRunner::Form::graph : ProgramRunner::Form::onnx;
    return std::make_unique<ProgramRunner>(
        ProgramRunner::Options{pinned(device, std::move(command)), form, device.run.threads, device.limit_seconds});
}

}  // namespace hwnas
