#include "space/feasible_set.h"

#include <algorithm>

#include "core/error.h"

namespace hwnas {
namespace {

constexpr int most_dead_ends = 1000;

}  // namespace

std::uint8_t draw_allowed(const std::vector<bool>& allowed, Rng& rng) {
    auto left = rng.below(static_cast<std::uint64_t>(std::count(allowed.begin(), allowed.end(), true)));
    std::size_t value = 0;
    while (!allowed[value] || left-- > 0) ++value;
    return static_cast<std::uint8_t>(value);
}

Encoding FeasibleSet::walk(const Pick& pick) const {
    const std::size_t length = space().choices().size();
    for (int attempt = 0; attempt < most_dead_ends; ++attempt) {
        Encoding encoding;
        while (encoding.size() < length) {
            const auto mask = allowed(encoding);
            if (std::find(mask.begin(), mask.end(), true) == mask.end()) break;
            encoding.push_back(pick(encoding.size(), mask));
        }
        if (encoding.size() == length && contains(encoding)) return encoding;
    }
    throw RunError("no architecture that meets all constraints was found in " + std::to_string(most_dead_ends) +
                   " tries (" + limits_text() + "); each alone can be met, so loosen one of them");
}

Encoding FeasibleSet::sample(Rng& rng) const {
    return walk([&rng](std::size_t, const std::vector<bool>& mask) { return draw_allowed(mask, rng); });
}

}  // namespace hwnas
