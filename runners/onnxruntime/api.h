#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hwnas::ort {

/// ONNX Runtime's C interface is a table of functions to which each version only adds
/// at the end. The places of those that are used here, as of version 1.17 of its
/// header onnxruntime_c_api.h (struct OrtApi).
enum class Slot : std::size_t {
    get_error_code = 1,
    get_error_message = 2,
    create_env = 3,
    create_session_from_array = 8,
    run = 9,
    create_session_options = 10,
    set_execution_mode = 13,
    enable_memory_pattern = 16,
    disable_memory_pattern = 17,
    enable_memory_arena = 18,
    disable_memory_arena = 19,
    set_log_severity = 22,
    set_optimisation_level = 23,
    set_intra_op_threads = 24,
    set_inter_op_threads = 25,
    create_tensor_with_data = 49,
    create_cpu_memory_info = 69,
    release_env = 92,
    release_status = 93,
    release_memory_info = 94,
    release_session = 95,
    release_value = 96,
    release_session_options = 100,
    get_available_providers = 125,
    release_available_providers = 126,
    add_config_entry = 130,
    append_provider = 216,
};

/// The library, loaded at run time.
class Api {
public:
    /// Throws RunError that says what is wrong with the library at `path`: it can't be
    /// loaded, is no ONNX Runtime, or one before 1.17.
    explicit Api(const std::string& path);

    [[nodiscard]] const std::string& version() const { return version_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Execution providers that this build of it has.
    [[nodiscard]] std::vector<std::string> providers() const;

    /// Calls a function that gives a status. Throws UnsupportedError where the status says that
    /// there is no implementation or that the network is not valid for it, else RunError.
    template <class... Arguments>
    void call(Slot slot, Arguments... arguments) const {
        using Function = void* (*)(Arguments...);
        check(reinterpret_cast<Function>(function(slot))(arguments...));
    }
    void release(Slot slot, void* object) const {
        if (object != nullptr) reinterpret_cast<void (*)(void*)>(function(slot))(object);
    }

private:
    [[nodiscard]] void* function(Slot slot) const { return table_[static_cast<std::size_t>(slot)]; }
    void check(void* status) const;

    std::string path_;
    std::string version_;
    void* const* table_ = nullptr;
};

}  // namespace hwnas::ort
