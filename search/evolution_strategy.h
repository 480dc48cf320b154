#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "search/population.h"
#include "search/strategy.h"
#include "search/surrogate.h"

namespace hwnas {

struct EvolutionOptions {
    /// nsga2: elitist, over all objectives; regularised: the oldest dies, over the first
    /// objective alone (Real et al., arXiv 1802.01548).
    enum class Algorithm { nsga2, regularised };
    Algorithm algorithm = Algorithm::nsga2;
    bool algorithm_given = false;
    std::size_t population = 10;  ///< random to begin with; later the least that survive, since the front does whole
    std::size_t tournament = 2;   ///< members drawn, of which the best is a parent
    double crossover = 0.9;       ///< probability of a second parent, from which each choice comes half the time
    double mutated_choices = 1;   ///< expected number of choices that change, at least one
    std::size_t screened = 1;     ///< children bred for each that is asked for, the most promising one by a model

    /// Problems go to the value's document.
    static EvolutionOptions read(JsonObject& options);
};

/// Evolution, one child at a time, so that workers never wait for a generation.
/// The first `population` trials are drawn at random; then parents win tournaments
/// among the survivors, by rank and crowding (nsga2) or by the objective
/// (regularised). A child that breaks a limit is repaired choice by choice, and one
/// that is known or under way is drawn again, so that no evaluation is spent twice.
/// With one objective the default is `regularised`. With `screened` above 1, so many new children are bred for each
/// question, and that one is asked for whose expected improvement is greatest by a model of the trials so far.
class EvolutionStrategy : public Strategy {
public:
    static StrategyFactory read(JsonObject& options);

    /// What `problem` points to must outlive this.
    EvolutionStrategy(const SearchProblem& problem, std::uint64_t seed, EvolutionOptions options);

    [[nodiscard]] std::optional<Proposal> ask(std::int64_t number, std::span<const Trial> pending) override;
    void tell(const Trial& trial) override;

private:
    [[nodiscard]] const Population::Member& parent(Rng& rng) const;
    [[nodiscard]] Encoding child(Rng& rng) const;
    [[nodiscard]] Encoding most_promising(std::vector<Encoding> children, std::int64_t number,
                                          std::span<const Trial> pending);

    SearchProblem problem_;
    EvolutionOptions options_;
    Rng rng_;
    Population survivors_;                  ///< nsga2's
    std::deque<Population::Member> alive_;  ///< regularised's, the oldest first
    std::optional<Surrogate> surrogate_;    ///< where children are screened
    std::set<Encoding> seen_;               ///< canonical
    std::size_t told_ = 0;
};

}  // namespace hwnas
