#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/front.h"
#include "study/store.h"

namespace hwnas {

/// A study in a line.
struct StudyLine {
    StudyInfo info;
    std::size_t complete = 0;  ///< trials by state
    std::size_t failed = 0;
    std::size_t running = 0;
    std::size_t duplicate = 0;
    /// Empty where the job's objectives can't be told.
    std::optional<Front> front;
};

[[nodiscard]] StudyLine study_line(const StudyInfo& info, std::span<const Trial> trials, std::optional<Front> front);

/// A line a study: when it was made (UTC) and by which version, its trials by state, the best of
/// the first objective, how many stand on the front, and what of its job names it.
[[nodiscard]] std::string study_table(std::span<const StudyLine> studies);

/// What scripts rely on; keys may be added, none removed:
/// `{"studies": [{"name", "created", "version", "job", "strategy", "evaluator", "space",
///    "trials": {"complete", "failed", "running", "duplicate"}, "front": size,
///    "best": {"objective", "unit", "direction", "value", "id", "trial"}}]}`
/// `created` is in seconds since 1970, UTC. `job` is the job's name, and it, `strategy`,
/// `evaluator` and `space` are null where the job has none. `best` is that of the first objective
/// on the front, null where the front is empty.
[[nodiscard]] Json study_list_json(std::span<const StudyLine> studies);

}  // namespace hwnas
