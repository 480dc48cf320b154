#pragma once

#include <filesystem>

#include "train/dataset.h"

namespace hwnas::train {

/// Whether the ending is one that `read_image` knows, in capitals or not.
[[nodiscard]] bool is_image_file(const std::filesystem::path& path);

/// The endings, for messages.
[[nodiscard]] std::string image_endings();

/// One image (no label), grey or RGB as `channels` asks (1 or 3), whatever the file
/// holds. Throws InputError on a broken or truncated one.
[[nodiscard]] Images read_image(const std::filesystem::path& path, std::int64_t channels);

}  // namespace hwnas::train
