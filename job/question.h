#pragma once

#include <string>
#include <vector>

#include "core/json_reader.h"

namespace hwnas {

/// What a job asks, without what may change between runs of it: how long it lasts, how it is
/// run, where it is kept and what is made of it. A device's table is among these: it grows
/// while devices are profiled, and a trial keeps the figures that it was chosen by.
[[nodiscard]] Json question_of(Json job);

/// One of the places where two questions differ.
struct QuestionChange {
    std::string pointer;  ///< JSON path
    std::string then;     ///< what stands there, shortened, or "nothing"; of a table that the job names, its content
    std::string today;
};
/// Of tables' contents (`Job::source`) those are compared that both questions state: studies of
/// earlier versions state none.
[[nodiscard]] std::vector<QuestionChange> question_changes(Json then, Json today);

}  // namespace hwnas
