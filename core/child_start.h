#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/descriptor.h"

namespace hwnas {

/// Both ends are closed by exec and lie above 2, so that a child's dup2 onto
/// 0, 1 and 2 never meets its own source.
struct Pipe {
    Descriptor read;
    Descriptor write;
};

/// Everything that a child needs between fork and exec, made beforehand: after
/// a fork, other threads' locks may be held for ever, so that only system calls
/// are allowed there.
class ChildStart {
public:
    /// Throws RunError where the system gives no pipes.
    ChildStart(std::vector<std::string> arguments, const std::map<std::string, std::string>& added,
               const std::vector<std::string>& removed);

    /// Forks; the number of the child, or -1 with errno. The child gets a process
    /// group of its own, standard signals, and is killed when the calling thread ends.
    [[nodiscard]] int fork_child();
    /// Waits for the exec: 0, or the errno of what failed.
    [[nodiscard]] int failure();

    Pipe input;
    Pipe output;
    Pipe errors;

private:
    [[noreturn]] void become_child(int parent);

    std::vector<std::string> arguments_;
    std::vector<std::string> environment_;
    std::vector<char*> argument_pointers_;
    std::vector<char*> environment_pointers_;
    Pipe failure_;  // carries an errno; closed by a good exec
};

}  // namespace hwnas
