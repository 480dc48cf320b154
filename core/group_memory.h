#pragma once

#include <chrono>
#include <cstddef>

namespace hwnas {

/// Watches the memory that a process group holds: the resident memory of all
/// its processes together, as Linux tells it in /proc, pages that they share
/// counted once. It looks every 50 ms at most, and so rarely that looking takes
/// a twentieth of one core; what is taken and given back between two looks goes
/// unseen. A process that left the group (setsid) is not counted.
class GroupMemory {
public:
    /// `limit`: bytes.
    GroupMemory(int group, std::size_t limit) : group_(group), limit_(limit) {}

    /// Looks where a look is due: true once the group held more than the limit.
    [[nodiscard]] bool exceeded();
    [[nodiscard]] std::chrono::steady_clock::duration until_next_look() const;

private:
    int group_;
    std::size_t limit_;
    bool exceeded_ = false;
    std::chrono::steady_clock::time_point next_look_;  // at once
};

}  // namespace hwnas
