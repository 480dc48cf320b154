#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "devices/onnxruntime_settings.h"
#include "runners/onnxruntime/api.h"

namespace hwnas::ort {

/// The engine's environment, one a process.
class Environment {
public:
    explicit Environment(const Api& api);
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment();
    [[nodiscard]] const Api& api() const { return *api_; }
    [[nodiscard]] void* get() const { return environment_; }

private:
    const Api* api_;
    void* environment_ = nullptr;
};

/// A network that is loaded and has an input: random numbers, the same each time.
class Session {
public:
    /// `model`: an ONNX file's bytes with one input `images` and one output `logits`.
    /// Throws UnsupportedError or RunError with the engine's reason.
    Session(const Environment& environment, const std::string& model, const OnnxRuntimeSettings& settings,
            std::int64_t threads, const std::vector<std::int64_t>& input_shape, const std::string& data_type);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// One run; the engine makes the output and it is dropped again.
    void run();

private:
    const Api* api_;
    std::string input_bytes_;
    void* session_ = nullptr;
    void* input_ = nullptr;
};

}  // namespace hwnas::ort
