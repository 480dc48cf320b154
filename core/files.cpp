#include "core/files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "core/descriptor.h"
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

/// New content on its way to its name. It has none of its own until it is whole, so that
/// a kill leaves nothing of it; on a file system that can't do that it has a temporary one.
class WrittenFile {
public:
    WrittenFile(const std::filesystem::path& path, const std::filesystem::path& folder, bool may_be_unnamed)
        : path_(path) {
        if (may_be_unnamed) file_ = Descriptor(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
        unnamed_ = file_.number() >= 0;
        if (!unnamed_) {
            name_ = path.string() + ".XXXXXX";
            file_ = Descriptor(::mkostemp(name_.data(), O_CLOEXEC));
            if (file_.number() < 0) fail_to_write(path_, "open");
        }
        // Such files are private; an artefact is shared like any other output.
        ::fchmod(file_.number(), 0644);
    }

    void write(std::string_view content) {
        while (!content.empty()) {
            const ssize_t written = ::write(file_.number(), content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) give_up("write");
            content.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(file_.number()) != 0) give_up("fsync");
    }

    /// `in_vain`: another process that writes the same file came between.
    enum class Placed { yes, in_vain, needs_a_name };
    [[nodiscard]] Placed place() {
        if (unnamed_) {
            if (link_as(path_.string())) return Placed::yes;
            if (errno != EEXIST) return Placed::needs_a_name;  // there is no /proc, say
            // Always the same, so that what a kill leaves in the moment between the two
            // calls is gone with the next write.
            name_ = path_.string() + ".new";
            ::unlink(name_.c_str());
            if (!link_as(name_)) return Placed::in_vain;
        }
        if (::rename(name_.c_str(), path_.c_str()) == 0) return Placed::yes;
        if (unnamed_ && errno == ENOENT) return Placed::in_vain;
        give_up("rename");
    }

private:
    [[nodiscard]] bool link_as(const std::string& name) const {
        const std::string source = "/proc/self/fd/" + std::to_string(file_.number());
        return ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
    }
    [[noreturn]] void give_up(const char* step) const {
        const int reason = errno;
        if (!name_.empty()) ::unlink(name_.c_str());
        errno = reason;
        fail_to_write(path_, step);
    }

    const std::filesystem::path& path_;
    Descriptor file_;
    bool unnamed_ = false;
    std::string name_;
};

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
    bool may_be_unnamed = true;
    constexpr int most_tries = 100;  // each is in vain only where another process writes the same file
    for (int tries = 1;; ++tries) {
        WrittenFile file(path, folder, may_be_unnamed);
        file.write(content);
        const auto placed = file.place();
        if (placed == WrittenFile::Placed::yes) break;
        if (placed == WrittenFile::Placed::needs_a_name) may_be_unnamed = false;
        if (tries == most_tries) fail_to_write(path, "rename");
    }
    sync_folder(folder);
}

std::optional<std::string> first_line(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    return line;
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
