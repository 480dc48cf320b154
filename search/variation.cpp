#include "search/variation.h"

namespace hwnas {

Encoding crossed(const Encoding& one, const Encoding& other, Rng& rng) {
    Encoding encoding = one;
    for (std::size_t i = 0; i < encoding.size(); ++i)
        if (rng.below(2) == 1) encoding[i] = other[i];
    return encoding;
}

Encoding mutated(const ChoiceSpace& space, Encoding encoding, double expected, Rng& rng) {
    const auto& choices = space.choices();
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < choices.size(); ++i)
        if (choices[i].values.size() > 1) open.push_back(i);
    if (open.empty()) return encoding;
    const auto change = [&](std::size_t i) {
        const auto others = choices[i].values.size() - 1;
        encoding[i] = static_cast<std::uint8_t>((encoding[i] + 1 + rng.below(others)) % choices[i].values.size());
    };
    const double probability = expected / static_cast<double>(open.size());
    bool changed = false;
    for (const auto i : open)
        if (rng.uniform() < probability) {
            change(i);
            changed = true;
        }
    if (!changed) change(open[rng.below(open.size())]);
    return encoding;
}

Encoding repaired(const FeasibleSet& feasible, Encoding wanted, Rng& rng) {
    if (feasible.contains(wanted)) return wanted;
    int walks = 0;
    return feasible.walk([&](std::size_t position, const std::vector<bool>& allowed) {
        // The same walk would come to the same dead end.
        if (position == 0) ++walks;
        return walks == 1 && allowed[wanted[position]] ? wanted[position] : draw_allowed(allowed, rng);
    });
}

}  // namespace hwnas
