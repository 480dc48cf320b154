#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/comparison.h"

namespace hwnas {

/// What is to be laid side by side.
struct ComparisonRequest {
    std::vector<std::string> networks;  ///< files, as `load_network` takes them
    std::vector<std::string> tables;    ///< files of device tables
    std::string study;                  ///< a store's address, whose front is taken in too; empty: none
    std::string study_name;             ///< which one, where the store holds several
    std::string space;                  ///< of all architectures, instead of those that their files name
};

/// Reads the files. A study's front comes from the files that its search wrote (`networks/ID.json` beside the store),
/// or from `space`; what it has rated of the other networks has its top-1 from it. Two networks of one file name have
/// their folders' names too. Throws InputError with the problems of all files.
[[nodiscard]] Comparison make_comparison(const ComparisonRequest& request);

}  // namespace hwnas
