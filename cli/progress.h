#pragma once

#include <chrono>
#include <string>

namespace hwnas::cli {

/// What is going on, on standard error: on a terminal one line that is rewritten,
/// elsewhere plain lines, not more often than every few seconds.
class Progress {
public:
    Progress();
    ~Progress();

    /// A line that stays.
    void say(const std::string& line);
    /// The state right now, which the next one replaces.
    void show(const std::string& state);

private:
    void clear();

    bool terminal_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point last_;
};

/// `2 min 05 s`
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace hwnas::cli
