#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "graph/graph.h"
#include "graph/weights.h"

namespace hwnas {

/// A given network, with weights where its file has them.
struct GraphFile {
    std::string name;
    Graph graph;
    std::optional<Weights> weights;
};

/// Whether a file is taken for an ONNX model: by its ending, `.onnx`.
[[nodiscard]] bool is_onnx_file(const std::filesystem::path& path);

/// Reads an ONNX model.
[[nodiscard]] GraphFile load_onnx_file(const std::filesystem::path& path);

/// Reads a graph from a file's JSON, `{"input", "nodes", "weights": "FILE.safetensors"}`; the
/// weights, which need not be there, are relative to the document. Throws InputError with all
/// problems.
[[nodiscard]] GraphFile read_graph_file(const JsonValue& root);

/// Writes both durably: the weights beside `path`, under its name and `.safetensors`, then `path`, a graph that names
/// it. `origin` says where the network comes from.
void write_graph_file(const std::filesystem::path& path, const Graph& graph, const Weights& weights,
                      const Json& origin);

}  // namespace hwnas
