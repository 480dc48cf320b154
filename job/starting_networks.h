#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "search/controller.h"

namespace hwnas {

/// Reads an architecture of the job's space from its choices by name; problems go to the
/// value's document.
using ReadArchitecture = std::function<Encoding(const JsonValue& choices)>;

/// Reads a job's `start`, a list of which each item is
/// - a file that has an architecture of the job's space (`{"architecture": {...}}`, such as the
///   `networks/ID.json` of an earlier search), relative to `folder`,
/// - `{"architecture": {...}, "name": "..."}`, or
/// - `{"study": ADDRESS, "name": "..."}`: the front of an earlier study.
/// Problems go to the value's document.
[[nodiscard]] std::vector<StartingNetwork> read_starting_networks(const JsonValue& value,
                                                                  const std::filesystem::path& folder,
                                                                  const ReadArchitecture& read);

}  // namespace hwnas
