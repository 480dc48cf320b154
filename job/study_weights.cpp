#include "job/study_weights.h"

#include <algorithm>
#include <set>

#include "core/files.h"
#include "core/sha256.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

std::string text_at(const Json& job, const char* key) {
    if (!job.is_object() || !job.contains(key) || !job[key].is_string()) return {};
    return job[key].get<std::string>();
}

/// Of a file that is whole; else nothing.
std::optional<std::string> content_of(const fs::path& path, const std::string& hash) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return std::nullopt;
    auto bytes = read_file(path);
    if (sha256_hex(bytes) != hash) return std::nullopt;
    return bytes;
}

}  // namespace

fs::path weights_folder(const std::string& address, const Json& job) {
    const bool server = address.find("://") != std::string::npos;
    if (text_at(job, "store").empty() && !server) return fs::absolute(address).parent_path() / "artifacts";
    const auto out = text_at(job, "out");
    try {
        const fs::path folder =
            out.empty() ? fs::path("runs") / text_at(job, "name") : fs::path(expand_environment(out, "out"));
        return fs::absolute(folder) / "artifacts";
    } catch (const InputError&) {
        // A variable that only the search's own machine has.
        return fs::absolute(address).parent_path() / "artifacts";
    }
}

bool keeps_weight_files(const Json& job) {
    return job.is_object() && job.contains("evaluator") && text_at(job["evaluator"], "name") == "train";
}

bool is_weight_hash(const std::string& weights) {
    constexpr std::size_t digits = 64;
    return weights.size() == digits && weights.find_first_not_of("0123456789abcdef") == std::string::npos;
}

CopiedWeights copy_weights(std::span<const Trial> trials, const std::vector<fs::path>& from, const fs::path& to) {
    CopiedWeights copied;
    std::set<std::string> there;
    for (const auto& trial : trials) {
        if (trial.weights.empty() || there.contains(trial.weights)) continue;
        if (!is_weight_hash(trial.weights)) {
            copied.missing.push_back({trial.number, trial.weights});
            continue;
        }
        const std::string name = trial.weights + ".safetensors";
        bool found = content_of(to / name, trial.weights).has_value();
        for (auto folder = from.begin(); !found && folder != from.end(); ++folder)
            if (const auto bytes = content_of(*folder / name, trial.weights)) {
                write_file_durably(to / name, *bytes);
                ++copied.files;
                found = true;
            }
        if (found)
            there.insert(trial.weights);
        else
            copied.missing.push_back({trial.number, trial.weights});
    }
    return copied;
}

}  // namespace hwnas
