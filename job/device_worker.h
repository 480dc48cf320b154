#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "job/job.h"
#include "study/profile_queue.h"

namespace hwnas {

/// What came of a claimed table.
enum class Measured { whole, failed, given_back, lost };

/// Measures what a claimed table lacks of its job's space on the job's device, with the device's own settings, and
/// keeps it in the store as it grows: every ten seconds, on a stop, and at its end. A device that cannot be measured
/// ends the claim with the reason. Throws RunError where the store is lost for too long.
[[nodiscard]] Measured measure_device(const Job& job, const ProfileClaim& claim, ProfileQueue& queue,
                                      const std::function<void(const std::string&)>& say, const std::stop_token& stop);

}  // namespace hwnas
