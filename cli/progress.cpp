#include "cli/progress.h"

#include <cmath>
#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace hwnas::cli {
namespace {

constexpr std::chrono::seconds between_plain_lines{5};

}  // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1), last_(std::chrono::steady_clock::now()) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    shown_ = false;
}

void Progress::say(const std::string& line) {
    clear();
    std::cerr << line << std::endl;
}

void Progress::show(const std::string& state) {
    const auto now = std::chrono::steady_clock::now();
    if (terminal_) {
        std::cerr << "\r\x1b[K" << state << std::flush;
        shown_ = true;
    } else if (now - last_ >= between_plain_lines) {
        std::cerr << state << std::endl;
        last_ = now;
    }
}

std::string duration_text(double seconds) {
    const auto whole = static_cast<long long>(std::llround(std::max(0.0, seconds)));
    char text[64];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%lld h %02lld min", whole / 3600, whole / 60 % 60);
    else if (whole >= 60)
        std::snprintf(text, sizeof text, "%lld min %02lld s", whole / 60, whole % 60);
    else
        std::snprintf(text, sizeof text, "%lld s", whole);
    return text;
}

}  // namespace hwnas::cli
