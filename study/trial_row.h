#pragma once

#include <string>

#include "study/sqlite.h"
#include "study/trial.h"

namespace hwnas {

/// Text as a column has it: JSON whose numbers read back to the last bit.
/// Strings that are not UTF-8 (the tail of a crashed program's output) get
/// replacement characters.
[[nodiscard]] std::string to_column(const Json& value);

/// The columns of a trial, in the order of `bind_trial` and `read_trial`.
extern const char* const kTrialColumns;

/// Binds a trial's columns, and after them nothing. The text lives on in SQLite.
void bind_trial(sqlite::Statement& statement, const Trial& trial);
/// Reads a trial's columns. Throws Json::exception, std::invalid_argument or
/// InputError on what `bind_trial` can't have written.
[[nodiscard]] Trial read_trial(sqlite::Statement& row);

}  // namespace hwnas
