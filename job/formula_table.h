#pragma once

#include <filesystem>
#include <string>

#include "job/op_table.h"

namespace hwnas {

/// Reads a published sum over choices, exact as an op table is: the file's object `of` has either
/// `intercept`, `main` (lists of choice, value, figure) and `pairs` (choice, value, choice, value,
/// figure), or, of blocks named b0, b1, ..., `const` and `rows` (block, `first` or `rest`, values of
/// its choices e, k and se, figure), where `rest` counts for each layer behind the first (choice
/// l). What is not listed is 0. The unit is left empty. Throws InputError with all problems.
[[nodiscard]] OpTable load_formula_table(const std::filesystem::path& path, const std::string& of,
                                         const CategoricalSpace& space);

}  // namespace hwnas
