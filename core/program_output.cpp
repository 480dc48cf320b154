#include "core/program_output.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/descriptor.h"
#include "core/error.h"

extern char** environ;

namespace hwnas {

ProgramOutput run_program(const std::vector<std::string>& arguments) {
    constexpr int not_started = 127;
    constexpr int by_signal = 128;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw RunError(std::string("no pipe (") + std::strerror(errno) + ")");
    Descriptor read(ends[0]);
    Descriptor write(ends[1]);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, write.number(), 1);
    posix_spawn_file_actions_adddup2(&files, write.number(), 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // Signals that this program waits for are no business of the other.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::vector<char*> pointers;
    for (const auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    pid_t child = 0;
    const int failure = ::posix_spawnp(&child, pointers.front(), &files, &attributes, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failure == ENOENT || failure == EACCES) return {not_started, arguments.front() + ": " + std::strerror(failure)};
    if (failure != 0) throw RunError(arguments.front() + ": cannot be started (" + std::strerror(failure) + ")");
    write.close();
    ProgramOutput output;
    std::array<char, 4096> part{};
    for (;;) {
        const auto count = ::read(read.number(), part.data(), part.size());
        if (count > 0) output.text.append(part.data(), static_cast<std::size_t>(count));
        if (count == 0 || (count < 0 && errno != EINTR)) break;
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    output.code = WIFEXITED(status) ? WEXITSTATUS(status) : by_signal + WTERMSIG(status);
    return output;
}

}  // namespace hwnas
