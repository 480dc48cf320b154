#pragma once

#include <string>
#include <vector>

namespace hwnas::cli {

/// What `hwnas slurm` can be told to do.
int slurm_submit(const std::vector<std::string>& arguments);
int slurm_status(const std::vector<std::string>& arguments);

}  // namespace hwnas::cli
