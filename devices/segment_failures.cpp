#include "devices/segment_failures.h"

#include "core/text.h"

namespace hwnas {
namespace {

constexpr std::size_t longest_shown_segment = 300;
constexpr std::size_t most_shown = 10;

std::string text_of(const std::string& device, std::size_t requested,
                    const std::map<std::string, std::string>& failures, bool tried_all) {
    std::string text = std::to_string(failures.size()) + " of " + std::to_string(requested) +
                       " segments could not be measured on " + device +
                       (tried_all ? ":" : " and none could, so the others were not tried:");
    std::size_t shown = 0;
    for (const auto& [key, reason] : failures) {
        if (shown++ == most_shown) break;
        text += "\n  " + shortened(key, longest_shown_segment) + ": " + reason;
    }
    if (failures.size() > most_shown) text += "\n  and " + std::to_string(failures.size() - most_shown) + " more";
    return text;
}

}  // namespace

SegmentFailures::SegmentFailures(const std::string& device, std::size_t requested,
                                 std::map<std::string, std::string> failures, bool tried_all, ProfileOutcome outcome)
    : RunError(text_of(device, requested, failures, tried_all)),
      failures_(std::move(failures)),
      tried_all_(tried_all),
      outcome_(outcome) {}

}  // namespace hwnas
