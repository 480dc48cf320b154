#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace hwnas {

/// The whole of a file. Throws InputError, naming the file and the reason.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// The first line of a file, without its end; nothing where there is none or it cannot be read.
[[nodiscard]] std::optional<std::string> first_line(const std::filesystem::path& path);

/// Writes a file so that after a crash at any moment either the old or the new
/// content is there, whole, and nothing beside it that the next write of the same
/// file does not take away. Makes missing folders. Throws RunError.
void write_file_durably(const std::filesystem::path& path, std::string_view content);

/// Replaces `${NAME}` by the environment's value. Throws InputError at `place`
/// where a variable is not set or a brace is not closed.
[[nodiscard]] std::string expand_environment(std::string_view text, const std::string& place);

}  // namespace hwnas
