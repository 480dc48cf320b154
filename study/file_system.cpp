#include "study/file_system.h"

#include <sys/vfs.h>
#include <array>
#include <utility>

namespace hwnas {

namespace fs = std::filesystem;

std::optional<std::string> network_file_system_of_type(std::uint64_t type) {
    // linux/magic.h, and what clusters add to it.
    static constexpr std::array<std::pair<std::uint64_t, const char*>, 13> networks{{
        {0x6969, "NFS"},
        {0x517B, "SMB"},
        {0xFF534D42, "CIFS"},
        {0xFE534D42, "SMB2"},
        {0x0BD00BD0, "Lustre"},
        {0x47504653, "GPFS"},
        {0x19830326, "BeeGFS"},
        {0x00C36400, "Ceph"},
        {0x5346414F, "AFS"},
        {0x01021997, "9P"},
        {0x01161970, "GFS2"},
        {0x7461636F, "OCFS2"},
        {0xAAD7AAEA, "PanFS"},
    }};
    for (const auto& [magic, name] : networks)
        if (type == magic) return name;
    return std::nullopt;
}

std::optional<std::string> network_file_system(const fs::path& path) {
    std::error_code error;
    auto there = fs::absolute(path, error);
    while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
    struct statfs found {};
    if (::statfs(there.c_str(), &found) != 0) return std::nullopt;
    return network_file_system_of_type(static_cast<std::uint32_t>(found.f_type));
}

}  // namespace hwnas
