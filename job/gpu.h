#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hwnas {

/// The GPUs that this process may use, as CUDA names them: what CUDA_VISIBLE_DEVICES lists, as
/// Slurm sets it, or else what `nvidia-smi` finds. By UUID where that tells it: two jobs that are
/// each shown one GPU alone both call it 0.
/// `visible`: the variable's value, where it is set; `listing`: what `nvidia-smi
/// --query-gpu=index,uuid --format=csv,noheader` printed; empty without it.
[[nodiscard]] std::vector<std::string> visible_gpus(const std::optional<std::string>& visible,
                                                    const std::string& listing);

/// A GPU that no other worker of this user and machine has, as long as the token lives and the
/// process does, however that ends: a lock on a file in `folder`.
struct HeldGpu {
    std::string name;
    std::shared_ptr<const void> token;
};
/// The first of them that is free. Throws RunError where the folder cannot be used.
[[nodiscard]] std::optional<HeldGpu> hold_gpu(const std::vector<std::string>& gpus,
                                              const std::filesystem::path& folder);

/// Where such files are: `/tmp/hwnas-USER`. Not TMPDIR, which each job may have its own of.
[[nodiscard]] std::filesystem::path gpu_lock_folder();

}  // namespace hwnas
