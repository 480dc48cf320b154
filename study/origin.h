#pragma once

#include <span>
#include <string>

#include "study/trial.h"

namespace hwnas {

/// Where a trial came from that no strategy asked for. It stands in the trial's notes:
/// `{"origin": "reference", "name": "MobileNetV2"}`, `{"origin": "repeat", "repeat_of": 7}`.
enum class Origin {
    strategy,
    reference,  ///< the space's own network
    start,      ///< a network that the job starts from
    repeat,     ///< of a network whose place on the front is not sure
};

/// Of a reference or a starting network.
[[nodiscard]] Json origin_notes(Origin origin, const std::string& name);
/// Of a repeat of the trial with that number.
[[nodiscard]] Json repeat_notes(std::int64_t of);
[[nodiscard]] Origin origin_of(const Trial& trial);
/// What the reference among the trials is called; empty where there is none.
[[nodiscard]] std::string reference_name_of(std::span<const Trial> trials);

}  // namespace hwnas
