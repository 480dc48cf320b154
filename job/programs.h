#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hwnas {

/// The folder of the running program.
[[nodiscard]] std::filesystem::path program_folder();

/// A program or library that hwnas starts, by one of these names:
/// - `hwnas-trainer`, `hwnas-onnxruntime`: beside the program (a build), else in
///   ../libexec/hwnas (an installation);
/// - `web/runner.mjs`: in the sources, else in ../libexec/hwnas;
/// - `libonnxruntime`, `onnxruntime-web`: where scripts/get-onnxruntime.sh puts them.
/// A variable of the environment goes before: HWNAS_TRAINER, HWNAS_ONNXRUNTIME_RUNNER,
/// HWNAS_WEB_RUNNER, HWNAS_ONNXRUNTIME, HWNAS_ONNXRUNTIME_WEB.
/// Throws InputError that lists where it was sought.
[[nodiscard]] std::string find_program(const std::string& name);

/// The trainer's command.
[[nodiscard]] std::vector<std::string> trainer_command();

/// A file that a user named: as it is, or else under the installation's
/// ../share/hwnas/configs. Throws InputError where neither exists.
[[nodiscard]] std::filesystem::path find_config(const std::filesystem::path& named);

}  // namespace hwnas
