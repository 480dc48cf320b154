#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "study/store.h"

namespace hwnas {

/// Files of weights that only one study of a store refers to.
struct OwnWeights {
    std::filesystem::path folder;
    std::vector<std::filesystem::path> files;
};
[[nodiscard]] OwnWeights own_weights(const std::string& address, const std::string& study);

/// Takes a study with its trials out of a store. Its weights stay. Throws InputError where there
/// is no such study or a search is going on in it, RunError.
void delete_study(const std::string& address, const std::string& study);

}  // namespace hwnas
