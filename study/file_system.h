#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace hwnas {

/// What the file system at a path is called, if other machines may have its files open too;
/// the path, or the folders above it, may be still to be made.
[[nodiscard]] std::optional<std::string> network_file_system(const std::filesystem::path& path);

/// The same of a type as statfs(2) tells it.
[[nodiscard]] std::optional<std::string> network_file_system_of_type(std::uint64_t type);

}  // namespace hwnas
