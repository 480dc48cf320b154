#include "job/programs.h"

#include <cstdlib>

#include "core/error.h"

namespace hwnas {

namespace fs = std::filesystem;

fs::path program_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

std::vector<std::string> trainer_command() {
    if (const char* named = std::getenv("HWNAS_TRAINER"); named != nullptr && *named != '\0') return {named};
    std::string sought;
    for (const auto& folder : {program_folder(), program_folder().parent_path() / "libexec" / "hwnas"}) {
        const fs::path candidate = folder / "hwnas-trainer";
        if (fs::exists(candidate)) return {candidate.string()};
        sought += (sought.empty() ? "" : ", ") + candidate.string();
    }
    throw InputError({"hwnas-trainer", "the program in " + sought, "none",
                      "build the target hwnas-trainer, or set HWNAS_TRAINER to its path"});
}

fs::path find_config(const fs::path& named) {
    if (fs::exists(named)) return named;
    const fs::path installed = program_folder().parent_path() / "share" / "hwnas" / "configs";
    for (const auto& candidate : {installed / named, installed / named.lexically_relative("configs")})
        if (!named.empty() && named.is_relative() && fs::exists(candidate)) return candidate;
    throw InputError({named.string(), "a file", "none", ""});
}

}  // namespace hwnas
