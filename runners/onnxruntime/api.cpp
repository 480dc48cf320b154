#include "runners/onnxruntime/api.h"

#include <dlfcn.h>

#include "core/error.h"

namespace hwnas::ort {
namespace {

/// Of which version's table all slots are asked for.
constexpr std::uint32_t table_version = 17;

/// struct OrtApiBase.
struct Base {
    void* const* (*get_api)(std::uint32_t version);
    const char* (*get_version)();
};

/// enum OrtErrorCode: what says that the engine can't, and not that it failed.
constexpr int not_implemented = 9;
constexpr int invalid_graph = 10;

}  // namespace

Api::Api(const std::string& path) : path_(path) {
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* reason = ::dlerror();
        throw RunError("ONNX Runtime can't be loaded from " + path + ": " + (reason != nullptr ? reason : "unknown") +
                       "; scripts/get-onnxruntime.sh gets it");
    }
    const auto get_base = reinterpret_cast<const Base* (*)()>(::dlsym(library, "OrtGetApiBase"));
    if (get_base == nullptr) throw RunError(path + " is no ONNX Runtime: it has no function OrtGetApiBase");
    const Base* base = get_base();
    version_ = base->get_version();
    table_ = base->get_api(table_version);
    if (table_ == nullptr)
        throw RunError(path + " is ONNX Runtime " + version_ + "; 1." + std::to_string(table_version) +
                       " or newer is needed");
}

std::vector<std::string> Api::providers() const {
    char** names = nullptr;
    int count = 0;
    call(Slot::get_available_providers, &names, &count);
    std::vector<std::string> providers(names, names + count);
    call(Slot::release_available_providers, names, count);
    return providers;
}

void Api::check(void* status) const {
    if (status == nullptr) return;
    const int code = reinterpret_cast<int (*)(void*)>(function(Slot::get_error_code))(status);
    const std::string reason = reinterpret_cast<const char* (*)(void*)>(function(Slot::get_error_message))(status);
    release(Slot::release_status, status);
    if (code == not_implemented || code == invalid_graph) throw UnsupportedError(reason);
    throw RunError(reason);
}

}  // namespace hwnas::ort
