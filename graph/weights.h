#pragma once

#include <cstdint>
#include <map>
#include <filesystem>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace hwnas {

/// A 32-bit float tensor in row-major order.
struct Tensor {
    Shape shape;
    std::vector<float> values;
};

/// Tensors by `node name . weight name`, as `op::weight_specs` lists them.
using Weights = std::map<std::string, Tensor>;

/// The names and shapes that a graph's weights must have, in node order.
struct NamedWeightSpec {
    std::string name;
    Shape shape;
    bool trainable = true;
};
[[nodiscard]] std::vector<NamedWeightSpec> weight_specs(const Graph& graph);

/// Throws InputError that lists every superfluous or misshapen tensor, and every
/// missing one where all are wanted.
enum class Wanted { all, some };
void check_weights(const Graph& graph, const Weights& weights, const std::string& origin, Wanted wanted = Wanted::all);

/// The safetensors format (8-byte header length, JSON header, raw little-endian
/// data), which PyTorch, JAX and others read. `metadata` goes to `__metadata__`.
[[nodiscard]] std::string to_safetensors(const Weights& weights,
                                         const std::map<std::string, std::string>& metadata = {});
/// Throws InputError on anything broken, without allocating what a header merely claims.
[[nodiscard]] Weights from_safetensors(std::string_view bytes, const std::string& origin);

/// Writes `FOLDER/<sha256 of the content>.safetensors` durably and gives the hash.
[[nodiscard]] std::string store_weights(const std::filesystem::path& folder, const Weights& weights);
/// Reads it back and checks the content against its hash.
[[nodiscard]] Weights load_weights(const std::filesystem::path& folder, const std::string& hash);

}  // namespace hwnas
