#include "core/error.h"

#include <utility>

namespace hwnas {
namespace {

std::string joined(const std::vector<Problem>& problems) {
    std::string text;
    for (const auto& problem : problems) {
        if (!text.empty()) text += '\n';
        text += problem.text();
    }
    return text;
}

}  // namespace

std::string Problem::text() const {
    std::string text = place;
    const auto append = [&text](const std::string& separator, const std::string& part) {
        if (part.empty()) return;
        if (!text.empty()) text += separator;
        text += part;
    };
    append(": ", expected.empty() ? "" : "expected " + expected);
    append("; ", found.empty() ? "" : "found " + found);
    append("; ", advice);
    return text;
}

InputError::InputError(Problem problem) : InputError(std::vector<Problem>{std::move(problem)}) {}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(joined(problems)), problems_(std::move(problems)) {}

}  // namespace hwnas
