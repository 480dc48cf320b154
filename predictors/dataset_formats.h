#pragma once

#include <string>
#include <vector>

namespace hwnas {

/// What a data set of a job, or of a trainer's request, may be stored as.
[[nodiscard]] const std::vector<std::string>& dataset_formats();

}  // namespace hwnas
