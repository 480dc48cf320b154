#pragma once

#include <cstdint>
#include <string>

#include "core/json_reader.h"

namespace hwnas {

/// Numbers of a trial that JSON has no words for, or that its readers spoil.

/// NaN and the infinities are "NaN", "Infinity" and "-Infinity": an evaluator may well give them.
[[nodiscard]] Json figure_to_json(double value);
/// Throws std::invalid_argument, Json::exception.
[[nodiscard]] double figure_from_json(const Json& value);
/// A seed from its decimal digits. Throws std::invalid_argument.
[[nodiscard]] std::uint64_t seed_from_text(const std::string& text);

}  // namespace hwnas
