#pragma once

#include <filesystem>
#include <string>
#include <unistd.h>

#include "core/error.h"

namespace hwnas::test {

/// A folder of its own that goes away with the object.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "hwnas-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw RunError("cannot make " + pattern);
        path_ = pattern;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// The text of the InputError that a call throws; empty where it throws none.
template <typename Call>
std::string input_error_of(Call&& call) {
    try {
        call();
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

/// A file of the source tree.
inline std::filesystem::path source(const std::string& relative) {
    return std::filesystem::path(HWNAS_SOURCE_DIR) / relative;
}

}  // namespace hwnas::test
