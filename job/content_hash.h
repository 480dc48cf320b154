#pragma once

#include <filesystem>
#include <string>

namespace hwnas {

/// SHA-256 of what a file says: decompressed where it is gzip's, and of JSON the values alone, without layout and
/// comments. Throws InputError where it can't be read.
[[nodiscard]] std::string content_hash(const std::filesystem::path& path);

}  // namespace hwnas
