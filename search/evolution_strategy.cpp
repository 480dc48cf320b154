#include "search/evolution_strategy.h"

#include <algorithm>

namespace hwnas {
namespace {

constexpr int most_tries = 200;

/// What evolution may select by: those objectives of which it is to use the first alone.
std::vector<Objective> used(const SearchProblem& problem, const EvolutionOptions& options) {
    if (options.algorithm == EvolutionOptions::Algorithm::nsga2) return problem.objectives;
    return {problem.objectives.front()};
}

EvolutionOptions for_problem(EvolutionOptions options, const SearchProblem& problem) {
    if (!options.algorithm_given && problem.objectives.size() == 1)
        options.algorithm = EvolutionOptions::Algorithm::regularised;
    return options;
}

}  // namespace

EvolutionOptions EvolutionOptions::read(JsonObject& object) {
    EvolutionOptions options;
    if (const auto algorithm = object.optional("algorithm")) {
        options.algorithm_given = true;
        if (algorithm->one_of({"nsga2", "regularised"}) == "regularised") {
            options.algorithm = Algorithm::regularised;
            options.tournament = 10;
            options.population = 50;
            options.crossover = 0;
        }
    }
    const auto count = [&object](const char* key, std::size_t otherwise) {
        return static_cast<std::size_t>(object.integer(key, static_cast<std::int64_t>(otherwise), {1, 100000}));
    };
    options.population = count("population", options.population);
    options.tournament = count("tournament", options.tournament);
    options.crossover = object.number("crossover", options.crossover, {0, 1});
    options.mutated_choices = object.number("mutated_choices", options.mutated_choices, {0, 255});
    return options;
}

StrategyFactory EvolutionStrategy::read(JsonObject& object) {
    return [options = EvolutionOptions::read(object)](const SearchProblem& problem, std::uint64_t seed) {
        return std::make_unique<EvolutionStrategy>(problem, seed, options);
    };
}

EvolutionStrategy::EvolutionStrategy(const SearchProblem& problem, std::uint64_t seed, EvolutionOptions options)
    : problem_(problem), options_(for_problem(options, problem)), rng_(seed), survivors_(options_.population) {}

std::optional<Proposal> EvolutionStrategy::ask(std::int64_t number, std::span<const Trial> pending) {
    Rng rng = rng_.split(static_cast<std::uint64_t>(number));
    const auto is_new = [&](const Encoding& canonical) {
        return !seen_.contains(canonical) && std::none_of(pending.begin(), pending.end(), [&](const Trial& trial) {
            return trial.architecture.encoding == canonical;
        });
    };
    const auto members = std::max(survivors_.members().size(), alive_.size());
    const bool drawn = members == 0 || told_ + pending.size() < options_.population;
    Encoding encoding;
    for (int tries = 0; tries < most_tries; ++tries) {
        // Where all that is near is known, what is far is looked at.
        const bool far = drawn || tries > most_tries / 2;
        encoding = problem_.space->canonical(far ? problem_.feasible->sample(rng) : child(rng));
        if (is_new(encoding)) break;
    }
    return Proposal{encoding};
}

const Population::Member& EvolutionStrategy::parent(Rng& rng) const {
    const bool regularised = options_.algorithm == EvolutionOptions::Algorithm::regularised;
    const auto member = [&]() -> const Population::Member& {
        return regularised ? alive_[rng.below(alive_.size())]
                           : survivors_.members()[rng.below(survivors_.members().size())];
    };
    const auto better = [&](const Population::Member& a, const Population::Member& b) {
        if (regularised) return a.point < b.point;
        return a.rank != b.rank ? a.rank < b.rank : a.crowding > b.crowding;
    };
    const Population::Member* best = &member();
    for (std::size_t i = 1; i < options_.tournament; ++i)
        if (const auto& other = member(); better(other, *best)) best = &other;
    return *best;
}

Encoding EvolutionStrategy::child(Rng& rng) const {
    const auto& choices = problem_.space->choices();
    Encoding encoding = parent(rng).encoding;
    if (rng.uniform() < options_.crossover) {
        const Encoding& other = parent(rng).encoding;
        for (std::size_t i = 0; i < encoding.size(); ++i)
            if (rng.below(2) == 1) encoding[i] = other[i];
    }
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < choices.size(); ++i)
        if (choices[i].values.size() > 1) open.push_back(i);
    if (open.empty()) return encoding;
    const auto change = [&](std::size_t i) {
        const auto others = choices[i].values.size() - 1;
        encoding[i] = static_cast<std::uint8_t>((encoding[i] + 1 + rng.below(others)) % choices[i].values.size());
    };
    const double probability = options_.mutated_choices / static_cast<double>(open.size());
    bool changed = false;
    for (const auto i : open)
        if (rng.uniform() < probability) {
            change(i);
            changed = true;
        }
    if (!changed) change(open[rng.below(open.size())]);
    return problem_.feasible->contains(encoding) ? encoding : repaired(encoding, rng);
}

Encoding EvolutionStrategy::repaired(const Encoding& wanted, Rng& rng) const {
    return problem_.feasible->walk([&](std::size_t position, const std::vector<bool>& allowed) {
        return allowed[wanted[position]] ? wanted[position] : draw_allowed(allowed, rng);
    });
}

void EvolutionStrategy::tell(const Trial& trial) {
    seen_.insert(trial.architecture.encoding);
    if (trial.state != TrialState::complete) return;
    auto point = point_of(used(problem_, options_), trial.values);
    if (!point || !meets(problem_.limits, trial.values)) return;
    ++told_;
    if (options_.algorithm == EvolutionOptions::Algorithm::regularised) {
        alive_.push_back({trial.architecture.encoding, std::move(*point)});
        if (alive_.size() > options_.population) alive_.pop_front();
    } else {
        survivors_.add(trial.architecture.encoding, std::move(*point));
    }
}

}  // namespace hwnas
