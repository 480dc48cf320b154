#pragma once

#include <string>

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
/// `value`'s document. A network file is what a search writes to `networks/`, or a
/// graph (`{"input", "nodes"}`). Problems go to the value's document.
[[nodiscard]] SearchSpace read_width_space(const JsonValue& value);

}  // namespace hwnas
