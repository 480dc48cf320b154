#pragma once

#include <nlohmann/json.hpp>

// Made once, in json.cpp: left to itself the compiler makes most of it anew in every
// file, for a fifth of the time that a build takes.
extern template class nlohmann::basic_json<>;

namespace hwnas {

using Json = nlohmann::json;

/// What stands at a JSON pointer, `/context/cpu`; null where there is nothing.
[[nodiscard]] Json value_at(const Json& json, const char* pointer);

}  // namespace hwnas
