#include "search/random_strategy.h"

namespace hwnas {

StrategyFactory RandomStrategy::read(JsonObject&) {
    return [](const SearchProblem& problem, std::uint64_t seed) {
        return std::make_unique<RandomStrategy>(problem, seed);
    };
}

RandomStrategy::RandomStrategy(const SearchProblem& problem, std::uint64_t seed)
    : feasible_(problem.feasible), rng_(seed) {}

std::optional<Proposal> RandomStrategy::ask(std::int64_t number, std::span<const Trial>) {
    Rng stream = rng_.split(static_cast<std::uint64_t>(number));
    return Proposal{feasible_->sample(stream)};
}

void RandomStrategy::tell(const Trial&) {}

}  // namespace hwnas
