#pragma once

#include <string>
#include <vector>

namespace hwnas {

struct ProgramOutput {
    int code = 0;      ///< its exit code; 127 where it could not be started, 128 + its signal where one ended it
    std::string text;  ///< standard output and standard error
};

/// Runs a program to its end, without a shell and with nothing to read. Throws RunError where
/// the system gives no process.
[[nodiscard]] ProgramOutput run_program(const std::vector<std::string>& arguments);

}  // namespace hwnas
