#pragma once

#include <filesystem>

#include "core/json_reader.h"

namespace hwnas {

/// A path that a job reads: expanded, relative to the job's folder, and there. Empty
/// on a problem.
[[nodiscard]] std::filesystem::path existing_path(const JsonValue& value, const std::filesystem::path& folder);

/// The address of a study's store that a job reads: a path as above, or another kind of address as it is
/// (`postgresql://...`). Empty on a problem.
[[nodiscard]] std::string existing_study(const JsonValue& value, const std::filesystem::path& folder);

/// A path that a job writes: expanded, relative to the working folder.
[[nodiscard]] std::filesystem::path output_path(const JsonValue& value);

/// Reads another file by `load`, if it is there, and takes its problems over.
template <typename Load>
void load_part(const JsonValue& value, const std::filesystem::path& path, const Load& load) {
    std::error_code error;
    if (path.empty() || !std::filesystem::exists(path, error)) return;
    try {
        load();
    } catch (const InputError& problems) {
        value.document().add_problems(problems.problems());
    }
}

}  // namespace hwnas
