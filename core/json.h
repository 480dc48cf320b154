#pragma once

#include <nlohmann/json.hpp>

// Made once, in json.cpp: left to itself the compiler makes most of it anew in every
// file, for a fifth of the time that a build takes.
extern template class nlohmann::basic_json<>;

namespace hwnas {

using Json = nlohmann::json;

}  // namespace hwnas
