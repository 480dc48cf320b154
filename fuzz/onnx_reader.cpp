// Any bytes are an ONNX model that is read, or an InputError. What is read can be counted,
// cut into its segments, and written again to the size that was predicted.

#include <cstdint>
#include <cstdlib>

#include "core/error.h"
#include "onnx/reader.h"
#include "onnx/writer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hwnas;
    try {
        const auto network = read_onnx({reinterpret_cast<const char*>(data), size}, "fuzz.onnx");
        if (count(network.graph).macs < 0) std::abort();
        for (std::size_t i = 1; i < network.graph.segments().size(); ++i) (void)extract_segment(network.graph, i);
        const auto bytes = to_onnx(network.graph, network.weights, {});
        if (static_cast<std::int64_t>(bytes.size()) != onnx_bytes(network.graph, {})) std::abort();
        const auto again = read_onnx(bytes, "again.onnx");
        if (canonical_text(again.graph) != canonical_text(network.graph)) std::abort();
    } catch (const InputError&) {
    }
    return 0;
}
