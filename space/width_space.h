#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "graph/weights.h"
#include "space/search_space.h"
#include "space/width_family.h"

namespace hwnas {

/// The space of a given network's widths: one stage for each of its segments, whose
/// choices are `WidthFamily`'s. The reference is the network itself. Throws
/// InputError where more than one tensor enters a segment.
[[nodiscard]] SearchSpace width_space(const std::string& name, const std::string& network_name, const Graph& network,
                                      const WidthOptions& options);

/// Reads a space file with `"type": "widths"`:
/// `{"name", "type", "network": "FILE" | {"space": "FILE", "architecture": {...} | "reference"},
/// "width_step": 8, "least_width": 8, "removable_layers": true}`; files are relative to
/// `value`'s document. A network file is what a search writes to `networks/`, a
/// graph (`{"input", "nodes", "weights"}`, as `hwnas import` writes it), or an ONNX model.
/// Problems go to the value's document.
[[nodiscard]] SearchSpace read_width_space(const JsonValue& value);

/// The network that a space of widths was made from, where its file has weights: what
/// networks of the space may start from. None for other spaces. Throws InputError.
struct GivenNetwork {
    Graph graph;
    Weights weights;
};
[[nodiscard]] std::optional<GivenNetwork> given_network(const std::filesystem::path& space);

}  // namespace hwnas
