#include "job/gpu.h"

#include <sys/stat.h>
#include <unistd.h>
#include <map>
#include <sstream>

#include "core/error.h"
#include "study/byte_lock.h"

namespace hwnas {
namespace {

std::string trimmed_name(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

}  // namespace

std::vector<std::string> visible_gpus(const std::optional<std::string>& visible, const std::string& listing) {
    std::map<std::string, std::string> uuids;  // by index
    std::vector<std::string> all;
    std::istringstream lines(listing);
    for (std::string line; std::getline(lines, line);) {
        const auto comma = line.find(',');
        if (comma == std::string::npos) continue;
        const auto uuid = trimmed_name(line.substr(comma + 1));
        uuids[trimmed_name(line.substr(0, comma))] = uuid;
        all.push_back(uuid);
    }
    if (!visible) return all;
    std::vector<std::string> gpus;
    std::istringstream names(*visible);
    for (std::string name; std::getline(names, name, ',');) {
        name = trimmed_name(name);
        if (name.empty() || name == "-1" || name == "NoDevFiles") break;  // CUDA takes no more from here on
        const auto uuid = uuids.find(name);
        gpus.push_back(uuid == uuids.end() ? name : uuid->second);
    }
    return gpus;
}

std::optional<HeldGpu> hold_gpu(const std::vector<std::string>& gpus, const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    ::chmod(folder.c_str(), 0700);
    struct stat found {};
    if (::lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != ::geteuid())
        throw RunError(folder.string() + ": not a folder of ours, so GPUs cannot be locked there");
    for (const auto& gpu : gpus) {
        std::string file = "gpu-" + gpu;
        for (auto& letter : file)
            if (letter == '/') letter = '_';
        if (auto token = lock_byte(folder / file, 0, LockKind::alone)) return HeldGpu{gpu, std::move(token)};
    }
    return std::nullopt;
}

std::filesystem::path gpu_lock_folder() { return "/tmp/hwnas-" + std::to_string(::geteuid()); }

}  // namespace hwnas
