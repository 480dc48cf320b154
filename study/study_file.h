#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "study/store.h"

namespace hwnas {

/// Studies as one JSON file, a line a trial, that reads back to the last bit:
/// `{"format": "hwnas-studies", "version": 1, "studies": [{"name", "created", "version",
///   "job", "trials": [{"number", "architecture", "encoding", "choices", "repeat", "seed",
///   "budget", "parent", "state", "values", "error", "duplicate_of", "told", "weights",
///   "notes", "details", "host", "started", "finished", "cpu_seconds"}]}]}`
/// Times are seconds since 1970, UTC; a seed is text, since many readers of JSON spoil integers
/// above 2^53; of `values`, NaN and infinities are "NaN", "Infinity", "-Infinity"; text that is
/// not UTF-8 is `{"hex": digits of its bytes}`. `parent`, `duplicate_of` and `told` are missing
/// where a trial has none.
[[nodiscard]] std::string study_file_text(std::span<const StudyRecord> studies);

/// `origin` stands where a file's name would. Throws InputError with all problems: no such file,
/// a newer version, a key that is missing, unknown or of another kind, a name or number twice.
[[nodiscard]] std::vector<StudyRecord> parse_study_file(std::string text, const std::string& origin);

/// The studies at an address, in their order: of a store (which is not changed), or of a file
/// as above. Throws InputError where there is none, RunError.
[[nodiscard]] std::vector<StudyRecord> read_studies(const std::string& address);

/// Only the one of that name, or all where it is empty. Throws InputError that suggests the nearest.
[[nodiscard]] std::vector<StudyRecord> selected(std::vector<StudyRecord> studies, const std::string& address,
                                                const std::string& name_or_empty);

}  // namespace hwnas
