#pragma once

#include <string>

#include "job/optimum.h"

namespace hwnas {

/// What was found and what is proved, in a few lines, and the networks as a table with their choices below.
[[nodiscard]] std::string optimum_text(const Optimum& optimum);

/// A line a network, best first: id, the asked figures with their units (`top1 [%]`), and the choices as JSON.
[[nodiscard]] std::string optimum_csv(const Optimum& optimum);

/// `{"job", "objectives": [{"name", "unit", "direction"}], "limits": [{"name", "unit", "at_least", "at_most"}],
/// "networks":
/// [{"id", "architecture", "figures": {name: value}}], "complete", "within", "bound", "hypervolume",
/// "hypervolume_bound", "enumerated", "looked_at", "seconds"}`; `bound` without a front, the hypervolumes with one in a
/// box; null where nothing is proved.
[[nodiscard]] Json optimum_json(const Optimum& optimum);

}  // namespace hwnas
