#pragma once

#include <span>
#include <string>
#include <vector>

#include "search/objective.h"
#include "study/store.h"

namespace hwnas {

/// A study and the objectives of its job, none where nobody can tell them.
struct StudyTable {
    StudyRecord study;
    std::vector<Objective> objectives;
};

/// All trials as one flat table for spreadsheets and pandas, quoted as RFC 4180 has it. A line a
/// trial, studies in their order: study, number, state, id, the objectives with their units
/// (`top1 [%]`), the other figures, the choices (`choices.stage1.kernel`), repeat, seed, budget,
/// parent, duplicate_of, told, weights, host, started and finished (seconds since 1970, UTC),
/// cpu_seconds, error. The columns are those that any of the studies has; what a trial lacks is
/// empty. Numbers read back to the last bit.
[[nodiscard]] std::string trials_csv(std::span<const StudyTable> studies);

}  // namespace hwnas
