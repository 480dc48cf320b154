#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hwnas {

/// The folder of the running program.
[[nodiscard]] std::filesystem::path program_folder();

/// The trainer's command: `HWNAS_TRAINER` from the environment, else
/// hwnas-trainer beside the program (a build), else ../libexec/hwnas (an
/// installation). Throws InputError that lists where it was sought.
[[nodiscard]] std::vector<std::string> trainer_command();

/// A file that a user named: as it is, or else under the installation's
/// ../share/hwnas/configs. Throws InputError where neither exists.
[[nodiscard]] std::filesystem::path find_config(const std::filesystem::path& named);

}  // namespace hwnas
