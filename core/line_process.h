#pragma once

#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/descriptor.h"
#include "core/group_memory.h"

namespace hwnas {

class ChildStart;

/// A child process that is spoken to line by line: one line in, one line out.
/// Started from a vector of arguments, without a shell, in a process group of
/// its own, so that ending it ends its children too; it never outlives us. Its
/// standard error is read all the time, so that it never blocks, and its last
/// 4 KiB are kept to explain its end.
/// One object belongs to one thread at a time; several may be used at once.
class LineProcess {
public:
    struct Options {
        std::vector<std::string> arguments;                 ///< the program first, looked up in PATH
        std::map<std::string, std::string> environment;     ///< added to ours
        std::size_t longest_line = 64U << 20U;              ///< bytes
        std::vector<std::string> removed_environment = {};  ///< variables of ours that it does not get
        /// Bytes that its whole process group may hold while it is asked, as
        /// GroupMemory sees it; 0: any number.
        std::size_t most_memory = 0;
    };
    /// Throws RunError where the program can't be started.
    explicit LineProcess(Options options);
    LineProcess(const LineProcess&) = delete;
    LineProcess& operator=(const LineProcess&) = delete;
    /// Closes its input, waits a moment, then kills its process group.
    ~LineProcess();

    /// `closed`: it ended, or closed its input or output.
    enum class End { line, timeout, stopped, closed, too_long, too_much_memory };
    struct Answer {
        End end = End::line;
        std::string line;  ///< without the newline; at `closed`, what came of an unfinished one
    };
    /// Sends one line (a newline is added) and waits for one line.
    /// Never throws for what the child does. After any end but `line` question
    /// and answer may be out of step: every further exchange is `closed`.
    [[nodiscard]] Answer exchange(const std::string& line, std::optional<std::chrono::duration<double>> limit,
                                  const std::stop_token& stop);

    /// Kills the group and says how the child ended: `exit code 3`, `killed by
    /// signal 11 (Segmentation fault)`, with the end of its standard error.
    [[nodiscard]] std::string end_and_explain();
    /// User and system CPU time of the child so far, seconds (Linux: /proc).
    [[nodiscard]] double cpu_seconds() const;
    /// Its process number, for logs; the number may be taken anew after its end.
    [[nodiscard]] int process() const { return process_; }

private:
    void keep(ChildStart& start, std::promise<int> forked);
    [[nodiscard]] std::optional<std::string> take_line(std::size_t searched);
    [[nodiscard]] bool wait_for_end(std::chrono::milliseconds limit) const;
    void finish();

    Options options_;
    int process_ = -1;
    Descriptor ended_;  // becomes readable when the process has ended
    Descriptor to_child_;
    Descriptor from_child_;
    Descriptor errors_;
    Descriptor keeper_may_end_;
    std::string buffer_;
    std::optional<GroupMemory> memory_;
    std::optional<End> broken_;  // why no further exchange is possible
    std::optional<int> status_;  // as of wait4, once it was waited for
    bool ended_by_us_ = false;
    double cpu_seconds_at_end_ = 0;
    mutable std::mutex error_text_mutex_;
    std::string error_text_;
    std::thread keeper_;
};

}  // namespace hwnas
