#pragma once

#include "core/json_reader.h"

namespace hwnas {

/// Definitions of a JSON Schema (draft 7): `network`, a space of networks, and those that
/// it refers to. A stage may have the fields of its family, or, where it leaves the family to
/// `stage_defaults`, those of any.
[[nodiscard]] Json network_space_definitions();

}  // namespace hwnas
