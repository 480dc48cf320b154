#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "core/error.h"
#include "devices/profile_outcome.h"

namespace hwnas {

/// What of a profile the runner failed on, with its reasons; all else is measured and saved.
class SegmentFailures : public RunError {
public:
    /// `failures`: reasons by segment key, at least one, of `requested` segments. `tried_all`: false where so many
    /// failed and none succeeded that the others were not tried.
    SegmentFailures(const std::string& device, std::size_t requested, std::map<std::string, std::string> failures,
                    bool tried_all, ProfileOutcome outcome);

    [[nodiscard]] const std::map<std::string, std::string>& failures() const { return failures_; }
    [[nodiscard]] bool tried_all() const { return tried_all_; }
    [[nodiscard]] const ProfileOutcome& outcome() const { return outcome_; }

private:
    std::map<std::string, std::string> failures_;
    bool tried_all_;
    ProfileOutcome outcome_;
};

}  // namespace hwnas
