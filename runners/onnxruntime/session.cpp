#include "runners/onnxruntime/session.h"

#include <cstring>
#include <functional>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"
#include "onnx/short_floats.h"

namespace hwnas::ort {
namespace {

// enum ONNXTensorElementDataType, OrtAllocatorType, OrtMemType, OrtLoggingLevel
constexpr int element_float = 1;
constexpr int element_float16 = 10;
constexpr int element_bfloat16 = 16;
constexpr int allocator_arena = 1;
constexpr int memory_default = 0;
constexpr int log_error = 3;

int optimisation_level(const std::string& name) {
    if (name == "none") return 0;
    if (name == "basic") return 1;
    return name == "extended" ? 2 : 99;
}

std::string input_bytes(std::size_t count, const std::string& data_type) {
    Rng rng(1);
    const bool whole = data_type == "float32" || data_type == "int8";
    std::string bytes(count * (whole ? sizeof(float) : sizeof(std::uint16_t)), '\0');
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<float>(rng.normal());
        if (whole) {
            std::memcpy(bytes.data() + i * sizeof value, &value, sizeof value);
            continue;
        }
        const auto small = to_short_float(value, data_type == "float16" ? ShortFloat::half : ShortFloat::brain);
        std::memcpy(bytes.data() + i * sizeof small, &small, sizeof small);
    }
    return bytes;
}

/// An object of the engine that is released at the end of a scope.
class Owned {
public:
    Owned(const Api& api, Slot release) : api_(api), release_(release) {}
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() { api_.release(release_, object); }

    void* object = nullptr;

private:
    const Api& api_;
    Slot release_;
};

void apply(const Api& api, void* options, const OnnxRuntimeSettings& settings, int threads) {
    api.call(Slot::set_log_severity, options, log_error);
    api.call(Slot::set_intra_op_threads, options, threads);
    api.call(Slot::set_inter_op_threads, options, settings.parallel_nodes ? threads : 1);
    api.call(Slot::set_execution_mode, options, settings.parallel_nodes ? 1 : 0);
    api.call(Slot::set_optimisation_level, options, optimisation_level(settings.optimisation));
    api.call(settings.memory_arena ? Slot::enable_memory_arena : Slot::disable_memory_arena, options);
    api.call(settings.memory_pattern ? Slot::enable_memory_pattern : Slot::disable_memory_pattern, options);
    for (const auto& [key, value] : settings.config)
        api.call(Slot::add_config_entry, options, key.c_str(), value.c_str());
    if (settings.provider == "CPU") return;
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : settings.provider_options) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    api.call(Slot::append_provider, options, settings.provider.c_str(), static_cast<const char* const*>(keys.data()),
             static_cast<const char* const*>(values.data()), keys.size());
}

}  // namespace

Environment::Environment(const Api& api) : api_(&api) {
    api.call(Slot::create_env, log_error, static_cast<const char*>("hwnas"), &environment_);
}

Environment::~Environment() { api_->release(Slot::release_env, environment_); }

Session::Session(const Environment& environment, const std::string& model, const OnnxRuntimeSettings& settings,
                 std::int64_t threads, const std::vector<std::int64_t>& input_shape, const std::string& data_type)
    : api_(&environment.api()) {
    const auto count = std::accumulate(input_shape.begin(), input_shape.end(), std::int64_t{1}, std::multiplies<>());
    input_bytes_ = input_bytes(static_cast<std::size_t>(count), data_type);
    {
        Owned options(*api_, Slot::release_session_options);
        api_->call(Slot::create_session_options, &options.object);
        apply(*api_, options.object, settings, static_cast<int>(threads));
        api_->call(Slot::create_session_from_array, static_cast<const void*>(environment.get()),
                   static_cast<const void*>(model.data()), model.size(), static_cast<const void*>(options.object),
                   &session_);
    }
    Owned memory(*api_, Slot::release_memory_info);
    api_->call(Slot::create_cpu_memory_info, allocator_arena, memory_default, &memory.object);
    const int type = data_type == "float16"    ? element_float16
                     : data_type == "bfloat16" ? element_bfloat16
                                               : element_float;
    try {
        api_->call(Slot::create_tensor_with_data, static_cast<const void*>(memory.object),
                   static_cast<void*>(input_bytes_.data()), input_bytes_.size(),
                   static_cast<const std::int64_t*>(input_shape.data()), input_shape.size(), type, &input_);
    } catch (...) {
        api_->release(Slot::release_session, session_);
        throw;
    }
}

Session::~Session() {
    api_->release(Slot::release_value, input_);
    api_->release(Slot::release_session, session_);
}

void Session::run() {
    const char* input_name = "images";
    const char* output_name = "logits";
    const void* input = input_;
    Owned output(*api_, Slot::release_value);
    api_->call(Slot::run, session_, static_cast<const void*>(nullptr), static_cast<const char* const*>(&input_name),
               static_cast<const void* const*>(&input), std::size_t{1}, static_cast<const char* const*>(&output_name),
               std::size_t{1}, &output.object);
}

}  // namespace hwnas::ort
