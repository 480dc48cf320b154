#include "search/strategy.h"

#include <algorithm>
#include <array>

#include "search/evolution_strategy.h"
#include "search/model_based_strategy.h"
#include "search/netadapt_strategy.h"
#include "search/random_strategy.h"
#include "search/reinforce_strategy.h"
#include "search/successive_halving_strategy.h"

namespace hwnas {
namespace {

struct Entry {
    const char* name;
    StrategyFactory (*read)(JsonObject& options);
};

/// Every strategy there is. A new one is a line here.
constexpr std::array strategies = {
    Entry{"evolution", &EvolutionStrategy::read}, Entry{"model-based", &ModelBasedStrategy::read},
    Entry{"netadapt", &NetAdaptStrategy::read},   Entry{"random", &RandomStrategy::read},
    Entry{"reinforce", &ReinforceStrategy::read}, Entry{"successive-halving", &SuccessiveHalvingStrategy::read},
};

}  // namespace

StrategyFactory read_strategy(const JsonValue& value) {
    JsonObject options(value);
    const JsonValue name = options.required("name");
    const auto* entry = std::find_if(strategies.begin(), strategies.end(), [&](const Entry& candidate) {
        return name.is_string() && name.json() == candidate.name;
    });
    if (entry != strategies.end()) return entry->read(options);
    if (name.present()) (void)name.one_of(strategy_names());
    // Whose options the others are is not known, so none of them is called unknown.
    for (const auto& key : options.keys()) (void)options.optional(key);
    return RandomStrategy::read(options);
}

std::vector<std::string> strategy_names() {
    std::vector<std::string> names;
    for (const auto& entry : strategies) names.emplace_back(entry.name);
    return names;
}

}  // namespace hwnas
