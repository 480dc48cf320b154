#pragma once

#include <set>
#include <string>

namespace hwnas {

/// What a trial needs of a worker, and a worker has: `gpu`, `board:pi4`.

/// Letters, digits and `.:_-`, at least one.
[[nodiscard]] bool is_tag(const std::string& text);

/// `board:pi4,gpu`, and back.
[[nodiscard]] std::string tags_text(const std::set<std::string>& tags);
[[nodiscard]] std::set<std::string> tags_of(const std::string& text);

}  // namespace hwnas
