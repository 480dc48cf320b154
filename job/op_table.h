#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "space/choice_table.h"

namespace hwnas {

/// What each op costs at each layer on a device.
struct OpTable {
    std::string unit;
    double constant = 0;  ///< of what every network has
    std::vector<ChoiceTable::Term> terms;
};

/// Reads a file of op tables: `space` has `ops` (names) and `layer_to_shape` (for each layer the
/// index of its shape), `devices.NAME` has `unit`, `const_ms` and `cost_ms`, shapes x ops. The
/// space's choices are the layers in their order, its values the ops' names. Throws InputError
/// with all problems.
[[nodiscard]] OpTable load_op_table(const std::filesystem::path& path, const std::string& device,
                                    const CategoricalSpace& space);

}  // namespace hwnas
