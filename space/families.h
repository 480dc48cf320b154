#pragma once

#include <memory>
#include <string>
#include <vector>

#include "space/block_family.h"

namespace hwnas {

/// The families by name, in alphabetical order: one for each file of `space/families/`.
struct NamedFamily {
    std::string name;
    std::shared_ptr<const BlockFamily> family;
};
[[nodiscard]] const std::vector<NamedFamily>& block_families();

}  // namespace hwnas
