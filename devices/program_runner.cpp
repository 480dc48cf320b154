#include "devices/program_runner.h"

#include <stdlib.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>

#include "onnx/timing_model.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

// In memory where the system has such a folder: a file is written for every burst.
fs::path make_folder() {
    std::error_code ignored;
    const fs::path shared = "/dev/shm";
    const fs::path root = fs::is_directory(shared, ignored) ? shared : fs::temp_directory_path();
    std::string name = (root / "hwnas-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw RunError("no folder could be made in " + root.string() + ": " + std::strerror(errno));
    return name;
}

}  // namespace

ProgramRunner::ProgramRunner(Options options)
    : options_(std::move(options)), process_(computing_program(options_.command, options_.threads)) {}

ProgramRunner::~ProgramRunner() {
    process_.end();
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

Json ProgramRunner::ask(Json question) {
    auto reply = process_.ask(std::move(question), std::chrono::duration<double>(options_.limit_seconds), {});
    if (reply.outcome != JsonProcess::Outcome::answer) throw RunError(reply.reason);
    if (const auto unsupported = reply.answer.find("unsupported"); unsupported != reply.answer.end())
        throw UnsupportedError(unsupported->is_string() ? unsupported->get<std::string>() : unsupported->dump());
    return std::move(reply.answer);
}

std::string ProgramRunner::file_of(const Graph& graph, const RunSettings& settings) {
    const std::string bytes = timing_onnx(graph, settings.batch, settings.data_type);
    if (folder_.empty()) folder_ = make_folder();
    const fs::path path = folder_ / "network.onnx";
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw RunError(path.string() + ": " + std::to_string(bytes.size()) + " bytes can't be written");
    return path.string();
}

void ProgramRunner::broken(const std::string& what) {
    process_.end();
    throw RunError(options_.command.front() + " answered a measurement " + what);
}

Burst ProgramRunner::measure(const Graph& graph, const RunSettings& settings) {
    Json question = {{"task", "measure"},
                     {"batch", settings.batch},
                     {"threads", settings.threads},
                     {"data_type", settings.data_type},
                     {"warmup_runs", settings.warmup_runs},
                     {"least_runs", settings.least_runs},
                     {"least_milliseconds", settings.least_milliseconds}};
    if (options_.form == Form::graph) {
        question["graph"] = to_json(graph);
    } else {
        question["model"] = file_of(graph, settings);
        question["input"] = graph.shape(graph.input());
        question["streams"] = settings.streams;
        question["engine"] = settings.engine;
    }
    const Json answer = ask(std::move(question));

    Burst burst;
    const auto times = answer.find("milliseconds");
    if (times != answer.end() && times->is_array())
        for (const auto& time : *times)
            if (time.is_number() && time.get<double>() > 0) burst.milliseconds.push_back(time.get<double>());
    if (burst.milliseconds.empty() || burst.milliseconds.size() != times->size())
        broken("without \"milliseconds\", an array of numbers above 0");
    const auto optional = [&](const char* key, std::optional<double>& value) {
        const auto found = answer.find(key);
        if (found == answer.end()) return;
        if (!found->is_number() || found->get<double>() < 0)
            broken("with \"" + std::string(key) + "\" that is no number from 0 up: " + found->dump());
        value = found->get<double>();
    };
    optional("throughput", burst.throughput);
    optional("millijoules", burst.millijoules);
    optional("idle_millijoules", burst.idle_millijoules);
    if (const auto details = answer.find("details"); details != answer.end()) burst.details = *details;
    return burst;
}

Json ProgramRunner::context() {
    Json answer = ask({{"task", "describe"}});
    const auto context = answer.find("context");
    if (context == answer.end() || !context->is_object()) {
        process_.end();
        throw RunError(options_.command.front() + " described itself without \"context\", an object");
    }
    return *context;
}

}  // namespace hwnas
