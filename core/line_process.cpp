#include "core/line_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "core/child_start.h"
#include "core/error.h"
#include "core/text.h"

namespace hwnas {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kept_error_bytes = 4096;
constexpr std::chrono::milliseconds grace_to_end{1000};
constexpr std::chrono::milliseconds grace_to_explain{500};
// Only where the kernel has no pidfd does a child's end need asking for.
constexpr std::chrono::milliseconds longest_sleep{50};

void make_nonblocking(const Descriptor& descriptor) {
    ::fcntl(descriptor.number(), F_SETFL, ::fcntl(descriptor.number(), F_GETFL) | O_NONBLOCK);
}

void signal_event(const Descriptor& event) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(event.number(), &one, sizeof one);
}

/// Keeps SIGPIPE from this thread while it writes, and takes back one that came.
class NoBrokenPipeSignal {
public:
    NoBrokenPipeSignal() {
        ::sigemptyset(&broken_pipe_);
        ::sigaddset(&broken_pipe_, SIGPIPE);
        sigset_t pending;
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &broken_pipe_, &before_);
    }
    NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
    NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;
    ~NoBrokenPipeSignal() {
        const timespec no_wait{};
        if (!was_pending_)
            while (::sigtimedwait(&broken_pipe_, nullptr, &no_wait) < 0 && errno == EINTR) {
            }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t broken_pipe_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

ssize_t write_some(const Descriptor& descriptor, std::string_view bytes) {
    const NoBrokenPipeSignal guard;
    return ::write(descriptor.number(), bytes.data(), bytes.size());
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

bool has_ended(int process) {
    siginfo_t info{};
    const int result = ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT);
    return result != 0 ? errno != EINTR : info.si_pid != 0;
}

timespec to_timespec(Clock::duration duration) {
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
    return {static_cast<time_t>(nanoseconds / 1'000'000'000), static_cast<long>(nanoseconds % 1'000'000'000)};
}

}  // namespace

LineProcess::LineProcess(Options options) : options_(std::move(options)) {
    if (options_.arguments.empty()) throw RunError("cannot start a program without a name");
    const std::string program = options_.arguments.front();
    ChildStart start(options_.arguments, options_.environment, options_.removed_environment);
    to_child_ = std::move(start.input.write);
    from_child_ = std::move(start.output.read);
    errors_ = std::move(start.errors.read);
    for (const auto* end : {&to_child_, &from_child_, &errors_}) make_nonblocking(*end);
    keeper_may_end_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (keeper_may_end_.number() < 0) throw RunError(program + ": cannot start: eventfd: " + std::strerror(errno));

    std::promise<int> promise;
    auto forked = promise.get_future();
    try {
        keeper_ = std::thread([this, &start, &promise] { keep(start, std::move(promise)); });
    } catch (const std::system_error& error) {
        throw RunError(program + ": cannot start: thread: " + error.what());
    }
    int reason = forked.get();
    if (reason == 0) reason = start.failure();
    if (reason != 0) {
        finish();
        throw RunError(program + ": cannot start: " + std::strerror(reason));
    }
    // By number, since the header of glibc 2.36 declares it for C alone.
    ended_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)));
    if (options_.most_memory > 0) memory_.emplace(process_, options_.most_memory);
}

LineProcess::~LineProcess() {
    if (!status_) {
        to_child_.close();
        from_child_.close();
        if (!broken_) static_cast<void>(wait_for_end(grace_to_end));
    }
    finish();
}

// The kernel ends a child when the thread that forked it ends, not when the
// process does (PR_SET_PDEATHSIG). So each child has a thread that stays with
// it; that thread reads the child's standard error meanwhile.
void LineProcess::keep(ChildStart& start, std::promise<int> forked) {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    process_ = start.fork_child();
    forked.set_value(process_ > 0 ? 0 : errno);  // `start` may be gone from here on

    bool open = true;
    for (;;) {
        std::array<pollfd, 2> events{pollfd{keeper_may_end_.number(), POLLIN, 0},
                                     pollfd{open ? errors_.number() : -1, POLLIN, 0}};
        if (::poll(events.data(), events.size(), -1) < 0) continue;
        const bool last = events[0].revents != 0;
        // What a grandchild goes on writing is not waited for.
        for (int chunk = 0; open && chunk < (last ? 256 : 1); ++chunk) {
            std::array<char, 4096> bytes{};
            const auto got = ::read(errors_.number(), bytes.data(), bytes.size());
            if (got < 0 && would_block()) break;
            open = got > 0;
            if (!open) break;
            const std::lock_guard lock(error_text_mutex_);
            error_text_.append(bytes.data(), static_cast<std::size_t>(got));
            if (error_text_.size() > kept_error_bytes) error_text_.erase(0, error_text_.size() - kept_error_bytes);
        }
        if (last) return;
    }
}

std::optional<std::string> LineProcess::take_line(std::size_t searched) {
    const auto end = buffer_.find('\n', searched);
    if (end == std::string::npos) return std::nullopt;
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return line;
}

LineProcess::Answer LineProcess::exchange(const std::string& line, std::optional<std::chrono::duration<double>> limit,
                                          const std::stop_token& stop) {
    if (broken_ || status_) return {End::closed, {}};
    if (stop.stop_requested()) return {End::stopped, {}};
    const auto give_up = [this](End end) {
        broken_ = end;
        return Answer{end, end == End::closed ? std::move(buffer_) : std::string()};
    };
    std::optional<Clock::time_point> deadline;
    constexpr double longest_limit = 1e9;  // seconds, so that no clock overflows
    if (limit && limit->count() < longest_limit)
        deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(*limit);

    const Descriptor stopped(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::stop_callback on_stop(stop, [&stopped] { signal_event(stopped); });

    std::string request = line + '\n';
    std::string_view unsent = request;
    std::size_t searched = 0;  // so many bytes of the buffer hold no newline
    bool output_over = false;
    for (;;) {
        if (unsent.empty()) {
            if (auto answer = take_line(searched)) {
                if (answer->size() > options_.longest_line) return give_up(End::too_long);
                return {End::line, std::move(*answer)};
            }
            searched = buffer_.size();
            if (searched > options_.longest_line) return give_up(End::too_long);
        }
        if (output_over) return give_up(End::closed);
        if (stop.stop_requested()) return give_up(End::stopped);
        if (memory_ && memory_->exceeded()) return give_up(End::too_much_memory);

        // A child that floods us while it does not read is not read further.
        const bool room = buffer_.size() <= options_.longest_line;
        std::array<pollfd, 4> events{pollfd{room ? from_child_.number() : -1, POLLIN, 0},
                                     pollfd{unsent.empty() ? -1 : to_child_.number(), POLLOUT, 0},
                                     pollfd{ended_.number(), POLLIN, 0}, pollfd{stopped.number(), POLLIN, 0}};
        std::optional<Clock::duration> patience;
        const auto wait_at_most = [&patience](Clock::duration longest) {
            if (!patience || *patience > longest) patience = longest;
        };
        if (deadline) wait_at_most(*deadline - Clock::now());
        if (patience && *patience <= Clock::duration::zero()) return give_up(End::timeout);
        if (ended_.number() < 0 || stopped.number() < 0) wait_at_most(longest_sleep);
        if (memory_) wait_at_most(memory_->until_next_look());
        const timespec sleep = to_timespec(patience.value_or(Clock::duration::zero()));
        if (::ppoll(events.data(), events.size(), patience ? &sleep : nullptr, nullptr) < 0) continue;

        // The end is looked at before the last read, so that nothing it wrote is missed.
        const bool ended = events[2].revents != 0 || (ended_.number() < 0 && has_ended(process_));
        if (events[0].revents != 0 || (ended && room)) {
            std::array<char, 65536> bytes;
            ssize_t got = 0;
            do {
                got = ::read(from_child_.number(), bytes.data(), bytes.size());
                if (got > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(got));
            } while (got > 0 && buffer_.size() <= options_.longest_line);
            output_over = got == 0 || (got < 0 && !would_block()) || (ended && got < 0 && errno == EAGAIN);
        }
        if (!unsent.empty() && ended) return give_up(End::closed);
        if (events[1].revents != 0) {
            const auto put = write_some(to_child_, unsent);
            if (put > 0) unsent.remove_prefix(static_cast<std::size_t>(put));
            if (put < 0 && !would_block()) return give_up(End::closed);
        }
    }
}

bool LineProcess::wait_for_end(std::chrono::milliseconds limit) const {
    const auto deadline = Clock::now() + limit;
    while (!has_ended(process_)) {
        if (Clock::now() >= deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

void LineProcess::finish() {
    if (process_ > 0 && !status_) {
        // Not yet waited for, the child keeps its number, so the group is still ours.
        ended_by_us_ = !has_ended(process_);
        ::kill(-process_, SIGKILL);
        ::kill(process_, SIGKILL);
        int status = 0;
        rusage usage{};
        while (::wait4(process_, &status, 0, &usage) < 0 && errno == EINTR) {
        }
        status_ = status;
        const auto seconds = [](const timeval& time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
        };
        cpu_seconds_at_end_ = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    if (keeper_.joinable()) {
        signal_event(keeper_may_end_);
        keeper_.join();
    }
}

std::string LineProcess::end_and_explain() {
    if (!status_) {
        // A child that closed its output is about to tell why.
        if (broken_ == End::closed) static_cast<void>(wait_for_end(grace_to_explain));
        to_child_.close();
        from_child_.close();
        finish();
    }
    std::string text;
    if (WIFEXITED(*status_)) {
        text = "exit code " + std::to_string(WEXITSTATUS(*status_));
    } else if (ended_by_us_) {
        text = "it was still running and was ended";
    } else {
        const int number = WTERMSIG(*status_);
        const char* name = ::sigdescr_np(number);
        text = "killed by signal " + std::to_string(number) + " (" + (name != nullptr ? name : "unknown") + ")";
        if (number == SIGKILL) text += ", as happens where memory runs out";
    }
    const std::lock_guard lock(error_text_mutex_);
    std::string errors = error_text_;
    while (!errors.empty() && std::isspace(static_cast<unsigned char>(errors.back())) != 0) errors.pop_back();
    if (!errors.empty()) text += "; its standard error ended with: " + valid_utf8(errors);
    return text;
}

double LineProcess::cpu_seconds() const {
    if (status_) return cpu_seconds_at_end_;
    std::ifstream file("/proc/" + std::to_string(process_) + "/stat");
    std::string text;
    std::getline(file, text);
    // The second field is the program's name in parentheses, which may hold anything.
    std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace hwnas
