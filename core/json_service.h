#pragma once

#include <functional>
#include <string>

#include "core/json_reader.h"

namespace hwnas {

/// The other side of a JsonProcess: answers one line, a request `{"id", ...}`, by
/// what `perform` makes of it and the same id (null where none could be read).
/// Whatever `perform` throws becomes the answer `{"id", "error": reason}`, an
/// UnsupportedError `{"id", "unsupported": reason}`. Never throws.
[[nodiscard]] std::string json_answer(const std::string& line, const std::function<Json(JsonDocument&)>& perform);

}  // namespace hwnas
