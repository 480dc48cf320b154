#include "core/child_start.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "core/error.h"

namespace hwnas {
namespace {

Descriptor above_standard(Descriptor descriptor) {
    if (descriptor.number() > STDERR_FILENO) return descriptor;
    return Descriptor(::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

Pipe make_pipe(const std::string& program) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw RunError(program + ": cannot start: pipe: " + std::strerror(errno));
    return {above_standard(Descriptor(ends[0])), above_standard(Descriptor(ends[1]))};
}

std::vector<std::string> child_environment(const std::map<std::string, std::string>& added,
                                           const std::vector<std::string>& removed) {
    std::vector<std::string> variables;
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
        const std::string_view text(*variable);
        const std::string name(text.substr(0, text.find('=')));
        if (added.contains(name) || std::find(removed.begin(), removed.end(), name) != removed.end()) continue;
        variables.emplace_back(text);
    }
    for (const auto& [name, value] : added) variables.push_back(name + "=" + value);
    return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

ChildStart::ChildStart(std::vector<std::string> arguments, const std::map<std::string, std::string>& added,
                       const std::vector<std::string>& removed)
    : input(make_pipe(arguments.front())),
      output(make_pipe(arguments.front())),
      errors(make_pipe(arguments.front())),
      arguments_(std::move(arguments)),
      environment_(child_environment(added, removed)),
      argument_pointers_(pointers(arguments_)),
      environment_pointers_(pointers(environment_)),
      failure_(make_pipe(arguments_.front())) {}

int ChildStart::fork_child() {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) become_child(parent);
    return child;
}

void ChildStart::become_child(int parent) {
    const auto fail = [this] {
        const int reason = errno;
        [[maybe_unused]] const auto written = ::write(failure_.write.number(), &reason, sizeof reason);
        ::_exit(127);
    };
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
    if (::setpgid(0, 0) != 0) fail();
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail();
    if (::getppid() != parent) ::_exit(127);  // it ended before the line above
    if (::dup2(input.read.number(), STDIN_FILENO) < 0) fail();
    if (::dup2(output.write.number(), STDOUT_FILENO) < 0) fail();
    if (::dup2(errors.write.number(), STDERR_FILENO) < 0) fail();
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execvpe(argument_pointers_[0], argument_pointers_.data(), environment_pointers_.data());
    fail();
    ::_exit(127);
}

int ChildStart::failure() {
    // Our copies of the child's ends would keep an end of file from us.
    for (auto* end : {&input.read, &output.write, &errors.write, &failure_.write}) end->close();
    int reason = 0;
    for (;;) {
        const auto got = ::read(failure_.read.number(), &reason, sizeof reason);
        if (got == sizeof reason) return reason;
        if (got >= 0 || errno != EINTR) return 0;
    }
}

}  // namespace hwnas
