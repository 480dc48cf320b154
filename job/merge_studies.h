#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "job/study_weights.h"
#include "study/trial_merge.h"

namespace hwnas {

struct MergeRequest {
    std::string into;   ///< address of a store; made where there is none
    std::string from;   ///< address of a store, or a file of `study_file_text`
    std::string study;  ///< which one of `from`; empty: all
    std::string as;     ///< its name in `into`; empty: the same
};

struct MergedStudy {
    std::string name;     ///< in `into`
    bool copied = false;  ///< its name was free: it is there as it was
    TrialMerge trials;
    std::size_t weight_files = 0;  ///< copied to `weights`
    std::filesystem::path weights;
    std::vector<MissingWeights> missing;  ///< of trials that came from the other study; numbers as they are here
};

/// Takes studies into a store. One whose name is free is copied with all its trials; under
/// another name it has that name in its job too, as `--set name=NAME` gives it, so that a search
/// can go on with it. One whose name is taken must have the same question, apart from its name;
/// `merge_trials` says what becomes of its trials. All or none: the store changes in one
/// transaction, after all weights are copied. No search may be going on in a study that is
/// merged into. Throws InputError with every study that does not fit, RunError.
[[nodiscard]] std::vector<MergedStudy> merge_studies(const MergeRequest& request);

}  // namespace hwnas
