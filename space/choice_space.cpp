#include "space/choice_space.h"

#include "core/error.h"

namespace hwnas {

std::string values_text(const std::vector<Json>& values) {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : ", ") + value.dump();
    return text;
}

void check_encoding(const std::vector<Choice>& choices, const Encoding& encoding) {
    if (encoding.size() != choices.size())
        throw InputError(
            {"encoding", std::to_string(choices.size()) + " choices", std::to_string(encoding.size()), ""});
    std::vector<Problem> problems;
    for (std::size_t i = 0; i < choices.size(); ++i)
        if (encoding[i] >= choices[i].values.size())
            problems.push_back({"encoding: " + choices[i].name,
                                "an index below " + std::to_string(choices[i].values.size()),
                                std::to_string(encoding[i]), ""});
    if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace hwnas
