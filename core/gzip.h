#pragma once

#include <filesystem>
#include <string>

namespace hwnas {

/// The content of a file, decompressed if it is gzip's. Throws InputError where it
/// can't be read, stops early, or holds more than 4 GiB.
[[nodiscard]] std::string read_maybe_gzip(const std::filesystem::path& path);

}  // namespace hwnas
