#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "study/store.h"

namespace hwnas {

/// Weights of trials as files named by their content, `FOLDER/HASH.safetensors`.

/// Where a study's weights are kept: `artifacts` beside its store (or beside an exported file);
/// of a job with a store of its own, or in a store that is no file, in the job's `out`, seen from
/// the working folder.
[[nodiscard]] std::filesystem::path weights_folder(const std::string& address, const Json& job);

/// Whether every weight of the study's trials must be a file. Another program than hwnas's own
/// trainer may keep its weights where it likes, and call them as it likes.
[[nodiscard]] bool keeps_weight_files(const Json& job);

/// What a trial's `weights` are if a file can have that name, and only then.
[[nodiscard]] bool is_weight_hash(const std::string& weights);

/// A trial whose weights are nowhere to be found, or damaged.
struct MissingWeights {
    std::int64_t trial = 0;
    std::string weights;
};
struct CopiedWeights {
    std::size_t files = 0;  ///< copied; what was there already does not count
    std::vector<MissingWeights> missing;
};
/// Copies the files that trials name from the first of the folders that has them, each durably
/// and checked against its name. Throws RunError.
[[nodiscard]] CopiedWeights copy_weights(std::span<const Trial> trials, const std::vector<std::filesystem::path>& from,
                                         const std::filesystem::path& to);

}  // namespace hwnas
