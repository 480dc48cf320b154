#pragma once

#include <span>
#include <string>

#include "study/trial.h"

namespace hwnas {

/// Where a trial came from that no strategy asked for. It stands in the trial's notes:
/// `{"origin": "reference", "name": "MobileNetV2"}`.
enum class Origin {
    strategy,
    reference,  ///< the space's own network
    start,      ///< a network that the job starts from
};

[[nodiscard]] Json origin_notes(Origin origin, const std::string& name);
[[nodiscard]] Origin origin_of(const Trial& trial);
/// What the reference among the trials is called; empty where there is none.
[[nodiscard]] std::string reference_name_of(std::span<const Trial> trials);

}  // namespace hwnas
