#include "study/trial.h"

#include <array>
#include <utility>
#include <vector>

namespace hwnas {
namespace {

constexpr std::array<std::pair<TrialState, const char*>, 4> kStates{{
    {TrialState::running, "running"},
    {TrialState::complete, "complete"},
    {TrialState::failed, "failed"},
    {TrialState::duplicate, "duplicate"},
}};

}  // namespace

std::string to_string(TrialState state) {
    for (const auto& [value, text] : kStates)
        if (value == state) return text;
    throw RunError("a trial state of number " + std::to_string(static_cast<int>(state)) + " is unknown");
}

TrialState trial_state_from(const std::string& text) {
    std::string known;
    for (const auto& [value, word] : kStates) {
        if (text == word) return value;
        known += known.empty() ? "" : ", ";
        known += word;
    }
    throw InputError({"trial state", "one of " + known, "\"" + text + "\"", ""});
}

}  // namespace hwnas
