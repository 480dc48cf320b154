#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace hwnas {

/// Extends a claim as long as it lives, by a thread of its own; on its loss it calls, from that thread, once.
class ClaimKeeper {
public:
    /// `beat`: extends it by a lease; false where it is lost.
    ClaimKeeper(std::function<bool()> beat, std::chrono::duration<double> lease, std::function<void()> lost)
        : thread_([this, beat = std::move(beat), lease, lost = std::move(lost)](const std::stop_token& stop) {
              constexpr double beats_a_lease = 4.5;
              std::unique_lock lock(mutex_);
              while (!over_.wait_for(lock, stop, lease / beats_a_lease, [] { return false; }) && !stop.stop_requested())
                  try {
                      if (!beat()) return lost();
                  } catch (const std::exception&) {
                      // The work may end before somebody else has it: then nothing is lost.
                  }
          }) {}

private:
    std::mutex mutex_;
    std::condition_variable_any over_;
    std::jthread thread_;
};

}  // namespace hwnas
