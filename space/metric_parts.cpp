#include "space/metric_parts.h"

#include <algorithm>
#include <stdexcept>

namespace hwnas {
namespace {

constexpr std::size_t most_part_figures = 1U << 20U;

/// A function of some choices: an entry for each combination of their values, the last varying fastest.
struct StateFunction {
    std::vector<std::size_t> choices;
    std::vector<std::uint16_t> states;
};

std::size_t values_at(const CompiledSpace& space, std::size_t choice) {
    return space.space().choices()[choice].values.size();
}

/// Without a choice that makes no difference.
bool drop_idle_choice(const CompiledSpace& space, StateFunction& function) {
    std::size_t inner = 1;
    for (std::size_t i = function.choices.size(); i-- > 0;) {
        const std::size_t size = values_at(space, function.choices[i]);
        bool idle = true;
        for (std::size_t entry = 0; idle && entry < function.states.size(); ++entry)
            idle = function.states[entry] == function.states[entry - entry / inner % size * inner];
        if (idle) {
            std::vector<std::uint16_t> kept;
            for (std::size_t entry = 0; entry < function.states.size(); ++entry)
                if (entry / inner % size == 0) kept.push_back(function.states[entry]);
            function.choices.erase(function.choices.begin() + static_cast<std::ptrdiff_t>(i));
            function.states = std::move(kept);
            return true;
        }
        inner *= size;
    }
    return false;
}

}  // namespace

std::optional<std::vector<FigurePart>> metric_parts(const CompiledSpace& space, const CompiledMetric& metric) {
    if (metric.fold() != Fold::sum) throw std::invalid_argument("parts of a metric that is no sum");
    StateFunction entered{{}, {0}};
    std::vector<FigurePart> parts;
    for (std::size_t s = 0; s < space.tables().size(); ++s) {
        const auto& table = space.tables()[s];
        if (entered.states.size() * table.locals > most_part_figures) return std::nullopt;
        FigurePart part{entered.choices, {}};
        for (std::size_t i = 0; i < table.radix.size(); ++i) part.choices.push_back(space.space().first_choice(s) + i);
        StateFunction left{part.choices, {}};
        for (const auto state : entered.states)
            for (std::uint32_t local = 0; local < table.locals; ++local) {
                const std::size_t entry = std::size_t{state} * table.locals + local;
                part.figures.push_back(metric.stage_values(s)[entry]);
                left.states.push_back(table.next_state[entry]);
            }
        parts.push_back(std::move(part));
        while (drop_idle_choice(space, left)) {
        }
        entered = std::move(left);
    }
    return parts;
}

}  // namespace hwnas
