#include "core/group_memory.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

namespace hwnas {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds shortest_pause{50};
constexpr int pause_over_look = 19;  // so many times as long as the look took

struct Member {
    std::string folder;  // /proc/PID
    std::size_t resident_bytes = 0;
};

std::vector<Member> members_of(int group) {
    static const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::vector<Member> members;
    std::error_code error;
    std::filesystem::directory_iterator entry("/proc", error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
        std::ifstream file(entry->path() / "stat");
        std::string text;
        std::getline(file, text);
        // The second field is the program's name in parentheses, which may hold anything.
        std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
        std::string skipped;
        int its_group = 0;
        fields >> skipped >> skipped >> its_group;
        if (!fields || its_group != group) continue;
        std::size_t pages = 0;
        for (int field = 6; field < 24; ++field) fields >> skipped;
        fields >> pages;
        members.push_back({entry->path().string(), pages * page_bytes});
    }
    return members;
}

// A process's resident memory with each page divided by how many processes share it.
std::size_t proportional_bytes(const Member& member) {
    std::ifstream file(member.folder + "/smaps_rollup");
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        std::string key;
        std::size_t kibibytes = 0;
        if (fields >> key >> kibibytes && key == "Pss:") return kibibytes << 10U;
    }
    return member.resident_bytes;  // it has ended, or may not be asked
}

bool holds_more(int group, std::size_t limit) {
    const auto members = members_of(group);
    std::size_t sum = 0;
    for (const auto& member : members) sum += member.resident_bytes;
    // The exact sum is dear and never the greater one.
    if (sum <= limit || members.size() == 1) return sum > limit;
    sum = 0;
    for (const auto& member : members) sum += proportional_bytes(member);
    return sum > limit;
}

}  // namespace

bool GroupMemory::exceeded() {
    const auto start = Clock::now();
    if (exceeded_ || start < next_look_) return exceeded_;
    exceeded_ = holds_more(group_, limit_);
    const auto end = Clock::now();
    next_look_ = end + std::max<Clock::duration>(shortest_pause, pause_over_look * (end - start));
    return exceeded_;
}

Clock::duration GroupMemory::until_next_look() const {
    return std::max(Clock::duration::zero(), next_look_ - Clock::now());
}

}  // namespace hwnas
