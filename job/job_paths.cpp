#include "job/job_paths.h"

#include "core/files.h"

namespace hwnas {

std::filesystem::path existing_path(const JsonValue& value, const std::filesystem::path& folder) {
    const std::string text = value.text();
    if (text.empty()) return {};
    try {
        const std::filesystem::path path = folder / expand_environment(text, value.place());
        std::error_code error;
        if (!std::filesystem::exists(path, error))
            value.problem("a path that exists", "there is no " + path.lexically_normal().string());
        return path.lexically_normal();
    } catch (const InputError& error) {
        value.document().add_problems(error.problems());
        return {};
    }
}

std::string existing_study(const JsonValue& value, const std::filesystem::path& folder) {
    auto text = value.text();
    if (text.find(':') != std::string::npos) return text;
    const auto path = existing_path(value, folder);
    std::error_code error;
    return std::filesystem::exists(path, error) ? path.string() : std::string();
}

std::filesystem::path output_path(const JsonValue& value) {
    try {
        return expand_environment(value.text(), value.place());
    } catch (const InputError& error) {
        value.document().add_problems(error.problems());
        return {};
    }
}

}  // namespace hwnas
