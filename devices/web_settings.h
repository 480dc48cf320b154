#pragma once

#include <string>

#include "core/json_reader.h"

namespace hwnas {

/// Where and how ONNX Runtime's WebAssembly build runs: the `engine` of a device file
/// whose runner is `wasm`.
struct WebSettings {
    std::string host = "chromium";  ///< or `node`
    std::string chromium;           ///< the browser's program; empty: `chromium`
    std::string library;  ///< folder of the package onnxruntime-web; empty: where scripts/get-onnxruntime.sh puts it
    std::string optimisation = "all";

    /// Problems go to the value's document.
    static WebSettings read(const JsonValue& engine);
};

}  // namespace hwnas
