#include "job/programs.h"

#include <algorithm>
#include <cstdlib>

#include "core/error.h"

namespace hwnas {

namespace fs = std::filesystem;

namespace {

struct Sought {
    const char* name;
    const char* variable;  ///< of the environment
    const char* path;      ///< in one of the folders
    const char* what;
    const char* advice;
};

#if defined(__aarch64__)
#define HWNAS_NODE_ARCHITECTURE "arm64"
#else
#define HWNAS_NODE_ARCHITECTURE "x64"
#endif

constexpr Sought all_sought[] = {
    {"hwnas-trainer", "HWNAS_TRAINER", "hwnas-trainer", "the program", "build the target hwnas-trainer"},
    {"hwnas-onnxruntime", "HWNAS_ONNXRUNTIME_RUNNER", "hwnas-onnxruntime", "the program",
     "build the target hwnas-onnxruntime"},
    {"web/runner.mjs", "HWNAS_WEB_RUNNER", "runners/web/runner.mjs", "the program", "install hwnas with it"},
    {"libonnxruntime", "HWNAS_ONNXRUNTIME",
     "../onnxruntime/node_modules/onnxruntime-node/bin/napi-v6/linux/" HWNAS_NODE_ARCHITECTURE "/libonnxruntime.so.1",
     "ONNX Runtime's library", "run scripts/get-onnxruntime.sh"},
    {"onnxruntime-web", "HWNAS_ONNXRUNTIME_WEB", "../onnxruntime/node_modules/onnxruntime-web",
     "the npm package onnxruntime-web", "run scripts/get-onnxruntime.sh"}};

const Sought& sought_of(const std::string& name) {
    const auto* found =
        std::find_if(std::begin(all_sought), std::end(all_sought), [&](const Sought& s) { return s.name == name; });
    if (found == std::end(all_sought)) throw InputError({"program", "one that hwnas starts", name, ""});
    return *found;
}

}  // namespace

fs::path program_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

std::string find_program(const std::string& name) {
    const Sought& sought = sought_of(name);
    if (const char* named = std::getenv(sought.variable); named != nullptr && *named != '\0') return named;
    std::string list;
    for (const auto& folder : {program_folder(), program_folder().parent_path() / "libexec" / "hwnas",
                               program_folder().parent_path().parent_path()}) {
        const fs::path candidate = (folder / sought.path).lexically_normal();
        if (fs::exists(candidate)) return candidate.string();
        list += (list.empty() ? "" : ", ") + candidate.string();
    }
    throw InputError({name, sought.what + std::string(" at ") + list, "none",
                      sought.advice + std::string(", or set ") + sought.variable + " to its path"});
}

std::vector<std::string> trainer_command() { return {find_program("hwnas-trainer")}; }

fs::path find_config(const fs::path& named) {
    if (fs::exists(named)) return named;
    const fs::path installed = program_folder().parent_path() / "share" / "hwnas" / "configs";
    for (const auto& candidate : {installed / named, installed / named.lexically_relative("configs")})
        if (!named.empty() && named.is_relative() && fs::exists(candidate)) return candidate;
    throw InputError({named.string(), "a file", "none", ""});
}

}  // namespace hwnas
