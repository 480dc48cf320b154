#pragma once

#include <map>
#include <string>

#include "core/json_reader.h"

namespace hwnas {

/// How ONNX Runtime is set: the `engine` of a device file whose runner is `onnxruntime`.
struct OnnxRuntimeSettings {
    std::string library;               ///< path of libonnxruntime.so.1; empty: where scripts/get-onnxruntime.sh puts it
    std::string optimisation = "all";  ///< of the graph: `none`, `basic`, `extended`, `all`
    bool memory_arena = true;
    bool memory_pattern = true;   ///< memory planned from the first run on
    bool parallel_nodes = false;  ///< branches of the network at once
    std::string provider = "CPU";
    std::map<std::string, std::string> provider_options;
    std::map<std::string, std::string> config;  ///< session configuration entries, by ONNX Runtime's own names

    /// Problems go to the value's document.
    static OnnxRuntimeSettings read(const JsonValue& engine);
};

}  // namespace hwnas
