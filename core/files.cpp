#include "core/files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "core/error.h"

namespace hwnas {
namespace {

[[noreturn]] void fail_to_write(const std::filesystem::path& path, const char* step) {
    throw RunError(path.string() + ": cannot write (" + step + ": " + std::strerror(errno) + ")");
}

void sync_folder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;  // some file systems do not open folders; the rename stands
    ::fsync(descriptor);
    ::close(descriptor);
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw InputError({path.string(), "a readable file", "a folder", ""});
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw InputError({path.string(), "a readable file", std::strerror(errno), ""});
    std::ostringstream content;
    content << stream.rdbuf();
    return std::move(content).str();
}

void write_file_durably(const std::filesystem::path& path, std::string_view content) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) throw RunError(folder.string() + ": cannot make this folder (" + error.message() + ")");
    std::string temporary = path.string() + ".XXXXXX";
    const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0) fail_to_write(path, "open");
    // mkstemp makes private files; an artefact is shared like any other output.
    ::fchmod(descriptor, 0644);
    const auto give_up = [&](const char* step) {
        const int reason = errno;
        ::close(descriptor);
        ::unlink(temporary.c_str());
        errno = reason;
        fail_to_write(path, step);
    };
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) give_up("write");
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor) != 0) give_up("fsync");
    ::close(descriptor);
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const int reason = errno;
        ::unlink(temporary.c_str());
        errno = reason;
        fail_to_write(path, "rename");
    }
    sync_folder(folder);
}

std::string expand_environment(std::string_view text, const std::string& place) {
    std::string expanded;
    for (;;) {
        const auto start = text.find("${");
        expanded += text.substr(0, start);
        if (start == std::string_view::npos) return expanded;
        const auto end = text.find('}', start);
        if (end == std::string_view::npos)
            throw InputError({place, "a closing brace after ${", "\"" + std::string(text) + "\"", ""});
        const std::string name(text.substr(start + 2, end - start - 2));
        const char* value = std::getenv(name.c_str());
        if (value == nullptr)
            throw InputError({place, "the environment variable " + name + " to be set", "it is not",
                              "export " + name + "=... first"});
        expanded += value;
        text.remove_prefix(end + 1);
    }
}

}  // namespace hwnas
