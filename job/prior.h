#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "job/starting_networks.h"
#include "search/strategy.h"

namespace hwnas {

/// What an earlier study over the job's space says of its networks.
struct Prior {
    std::vector<EarlierFigure> figures;
    std::string content;  ///< SHA-256 of the figures and their networks
};

/// Reads a job's `prior`: `{"study": ADDRESS, "name": "...", "metrics": ["naswot", ...]}`, a study's path relative to
/// `folder`. Of each metric it takes what the study's complete trials have, of which there must be eight. Problems go
/// to the value's document.
[[nodiscard]] Prior read_prior(const JsonValue& value, const std::filesystem::path& folder,
                               const ReadArchitecture& read);

/// Whether a strategy, as a job states it, learns a model, which is what a prior is for.
[[nodiscard]] bool learns_a_model(const Json& strategy);

}  // namespace hwnas
