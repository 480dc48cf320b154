#pragma once

#include <string>
#include <vector>

#include "study/sql.h"
#include "study/trial.h"

namespace hwnas {

/// Text as a column has it: JSON whose numbers read back to the last bit.
/// Strings that are not UTF-8 (the tail of a crashed program's output) get
/// replacement characters.
[[nodiscard]] std::string to_column(const Json& value);

/// The columns of a trial, in the order of `trial_values` and `read_trial`.
extern const char* const kTrialColumns;

/// A trial's columns, to be followed by others.
[[nodiscard]] std::vector<sql::Value> trial_values(const Trial& trial);
/// Reads a trial's columns. Throws RunError that names the trial on what `trial_values` can't
/// have written.
[[nodiscard]] Trial read_trial(sql::Row& row);

/// Inserts trials or replaces those of their numbers, within a transaction.
void put_trials(sql::Session& session, std::int64_t study, std::span<const Trial> trials);

}  // namespace hwnas
