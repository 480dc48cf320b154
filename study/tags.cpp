#include "study/tags.h"

#include <algorithm>

namespace hwnas {

bool is_tag(const std::string& text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-") ==
               std::string::npos;
}

std::string tags_text(const std::set<std::string>& tags) {
    std::string text;
    for (const auto& tag : tags) text += (text.empty() ? "" : ",") + tag;
    return text;
}

std::set<std::string> tags_of(const std::string& text) {
    std::set<std::string> tags;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        if (end > at) tags.insert(text.substr(at, end - at));
        at = end + 1;
    }
    return tags;
}

}  // namespace hwnas
