#pragma once

#include <string>
#include <vector>

#include "core/json_reader.h"

namespace hwnas {

/// What a job asks, without what may change between runs of it: how long it lasts, how it is
/// run, where it is kept and what is made of it.
[[nodiscard]] Json question_of(Json job);

/// One of the places where two questions differ.
struct QuestionChange {
    std::string pointer;  ///< JSON path
    std::string then;     ///< what stands there, shortened, or "nothing"
    std::string today;
};
[[nodiscard]] std::vector<QuestionChange> question_changes(const Json& then, const Json& today);

}  // namespace hwnas
