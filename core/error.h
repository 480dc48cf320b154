#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace hwnas {

/// One thing that is wrong with an input, told so that its author can mend it.
struct Problem {
    std::string place;     ///< file, line and JSON path, or whatever names the spot
    std::string expected;  ///< what would have been right
    std::string found;     ///< what stood there; empty where nothing did
    std::string advice;    ///< what to do; empty where `expected` says it all

    /// `place: expected X; found Y; advice`
    [[nodiscard]] std::string text() const;

    friend bool operator==(const Problem&, const Problem&) = default;
};

/// Wrong input: a config, an option, a file. Carries every problem at once.
/// The command line turns it into exit code 2.
class InputError : public std::runtime_error {
public:
    explicit InputError(Problem problem);
    explicit InputError(std::vector<Problem> problems);

    [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

private:
    std::vector<Problem> problems_;
};

/// The run failed though its input was right: a full disk, a lost process.
/// The command line turns it into exit code 1.
class RunError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What was asked for is right, but this device, engine or program has no way to do it.
class UnsupportedError : public RunError {
public:
    using RunError::RunError;
};

}  // namespace hwnas
