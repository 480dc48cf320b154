#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/json_reader.h"
#include "graph/graph.h"
#include "graph/weights.h"
#include "report/comparison.h"
#include "space/search_space.h"

namespace hwnas {

/// A network that a file describes: an architecture of a space
/// (`{"space": "FILE", "architecture": {...}}`, such as a job's `networks/ID.json`), a
/// space whose choices are all made (`configs/networks/`), a graph (`{"input": [...],
/// "nodes": [...], "weights": "FILE"}`), or an ONNX model. Its accuracy is known where a search
/// rated it (`"objectives": {"top1": ...}`), or its file says what was published:
/// `"published": {"top1": 75.2, "source": "..."}`.
struct NetworkFile {
    std::string name;
    Graph graph;
    Json architecture;                    ///< null for a graph
    Json dataset;                         ///< as a job states it; null where the file has none
    std::optional<Weights> weights = {};  ///< of a graph whose file has them
    std::optional<SourcedTop1> top1 = {};
};

/// A space is sought relative to the file's folder, then where configs are
/// installed; `space` overrides it. Throws InputError with all problems.
[[nodiscard]] NetworkFile load_network(const std::filesystem::path& path, const std::string& space = "");

}  // namespace hwnas
