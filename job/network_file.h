#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/json_reader.h"
#include "graph/graph.h"
#include "space/search_space.h"

namespace hwnas {

/// A network that a file describes: an architecture of a space
/// (`{"space": "FILE", "architecture": {...}}`, such as a job's `networks/ID.json`),
/// or a graph (`{"input": [...], "nodes": [...]}`).
struct NetworkFile {
    std::string name;
    Graph graph;
    Json architecture;  ///< null for a graph
    Json dataset;       ///< as a job states it; null where the file has none
};

/// A space is sought relative to the file's folder, then where configs are
/// installed; `space` overrides it. Throws InputError with all problems.
[[nodiscard]] NetworkFile load_network(const std::filesystem::path& path, const std::string& space = "");

}  // namespace hwnas
