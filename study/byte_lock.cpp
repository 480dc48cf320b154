#include "study/byte_lock.h"

#include <fcntl.h>
#include <cerrno>
#include <cstring>

#include "core/descriptor.h"
#include "core/error.h"

namespace hwnas {

std::shared_ptr<const void> lock_byte(const std::filesystem::path& path, std::int64_t byte, LockKind kind) {
    const auto fail = [&path] { return RunError(path.string() + ": cannot be locked (" + std::strerror(errno) + ")"); };
    constexpr mode_t everybody = 0666;  // less the umask, as SQLite makes its files
    auto file = std::make_shared<Descriptor>(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, everybody));
    if (file->number() < 0) throw fail();
    struct flock lock {};
    lock.l_type = kind == LockKind::alone ? F_WRLCK : F_RDLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    // Of the open file, not of the process: two stores of one process exclude each other too,
    // and closing one takes nothing from the other.
    if (::fcntl(file->number(), F_OFD_SETLK, &lock) == 0) return file;
    if (errno == EAGAIN || errno == EACCES) return nullptr;
    throw fail();
}

}  // namespace hwnas
