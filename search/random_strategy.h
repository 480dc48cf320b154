#pragma once

#include "search/strategy.h"

namespace hwnas {

/// The baseline of every claim: draws each trial from the feasible set, choice by
/// choice uniformly over the values that the limits leave, and learns nothing.
/// Trial `number` has a random stream of its own, so what it proposes depends on
/// (seed, number) alone.
class RandomStrategy : public Strategy {
public:
    /// Reads no options. Problems go to the value's document.
    static StrategyFactory read(JsonObject& options);

    RandomStrategy(const SearchProblem& problem, std::uint64_t seed);
    [[nodiscard]] std::optional<Proposal> ask(std::int64_t number, std::span<const Trial> pending) override;
    void tell(const Trial& trial) override;

private:
    const FeasibleSet* feasible_;
    Rng rng_;
};

}  // namespace hwnas
