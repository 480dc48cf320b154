#include "onnx/imported_names.h"

#include <algorithm>
#include <cctype>

namespace hwnas {
namespace {

constexpr std::size_t longest_name = 200;

std::vector<std::string> parts_of(const std::string& name, char between) {
    std::vector<std::string> parts{""};
    for (const char c : name) {
        if (c == between)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    std::erase_if(parts, [](const std::string& part) { return part.empty(); });
    return parts;
}

/// `Conv` or `Conv_3` of a Conv.
bool is_type(const std::string& part, const std::string& op_type) {
    if (!part.starts_with(op_type)) return false;
    const std::string rest = part.substr(op_type.size());
    return rest.empty() ||
           (rest.size() > 1 && rest[0] == '_' &&
            std::all_of(rest.begin() + 1, rest.end(), [](unsigned char c) { return std::isdigit(c) != 0; }));
}

}  // namespace

std::string UniqueNames::unique(const std::string& name) {
    std::string found = name;
    for (int number = 2; !taken_.insert(found).second; ++number) found = name + "_" + std::to_string(number);
    return found;
}

std::string clean_name(const std::string& name, const std::string& op_type) {
    auto parts = parts_of(name, '/');
    if (parts.size() > 1 && is_type(parts.back(), op_type)) parts.pop_back();
    std::string clean, before;
    for (const auto& part : parts) {
        // A path says the whole path again at each of its steps.
        const bool repeats = !before.empty() && part.starts_with(before + ".");
        if (!clean.empty()) clean += '.';
        clean += repeats ? part.substr(before.size() + 1) : part;
        before = part;
    }
    for (char& c : clean)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
    clean.resize(std::min(clean.size(), longest_name));
    return clean.empty() ? op_type : clean;
}

std::string common_name(const std::vector<std::string>& names) {
    auto common = parts_of(names.front(), '.');
    if (common.size() > 1 && names.size() == 1) common.pop_back();
    for (const auto& name : names) {
        const auto parts = parts_of(name, '.');
        const auto differs = std::mismatch(common.begin(), common.end(), parts.begin(), parts.end()).first;
        common.erase(differs, common.end());
    }
    std::string text;
    for (const auto& part : common) text += (text.empty() ? "" : ".") + part;
    return text.empty() ? names.front() : text;
}

}  // namespace hwnas
