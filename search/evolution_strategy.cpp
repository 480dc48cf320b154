#include "search/evolution_strategy.h"

#include <algorithm>

#include "search/prospects.h"
#include "search/variation.h"

namespace hwnas {
namespace {

constexpr std::size_t tries_for_each = 200;

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
    options.screened = count("screened", options.screened);
    options.mutated_choices = object.number("mutated_choices", options.mutated_choices, {0, 255});
    return options;
}

StrategyFactory EvolutionStrategy::read(JsonObject& object) {
    return [options = EvolutionOptions::read(object)](const SearchProblem& problem, std::uint64_t seed) {
        return std::make_unique<EvolutionStrategy>(problem, seed, options);
    };
}

EvolutionStrategy::EvolutionStrategy(const SearchProblem& problem, std::uint64_t seed, EvolutionOptions options)
    : problem_(problem), options_(for_problem(options, problem)), rng_(seed), survivors_(options_.population) {
    if (options_.screened < 2) return;
    SearchProblem learned = problem_;
    learned.objectives = used(problem_, options_);
    surrogate_.emplace(learned);
}

std::optional<Proposal> EvolutionStrategy::ask(std::int64_t number, std::span<const Trial> pending) {
    Rng rng = rng_.split(static_cast<std::uint64_t>(number));
    const auto is_new = [&](const Encoding& canonical) {
        return !seen_.contains(canonical) && std::none_of(pending.begin(), pending.end(), [&](const Trial& trial) {
            return trial.architecture.encoding == canonical;
        });
    };
    const auto members = std::max(survivors_.members().size(), alive_.size());
    const bool drawn = members == 0 || told_ + pending.size() < options_.population;
    const bool screened = !drawn && surrogate_ && surrogate_->ready();
    const std::size_t wanted = screened ? options_.screened : 1;
    const std::size_t most_tries = tries_for_each * wanted;
    std::vector<Encoding> children;
    Encoding encoding;
    for (std::size_t tries = 0; tries < most_tries && children.size() < wanted; ++tries) {
        // Where all that is near is known, what is far is looked at.
        const bool far = drawn || tries > most_tries / 2;
        encoding = problem_.space->canonical(far ? problem_.feasible->sample(rng) : child(rng));
        if (is_new(encoding) && std::find(children.begin(), children.end(), encoding) == children.end())
            children.push_back(encoding);
    }
    if (children.size() > 1) return Proposal{most_promising(std::move(children), number, pending)};
    return Proposal{children.empty() ? encoding : children.front()};
}

Encoding EvolutionStrategy::most_promising(std::vector<Encoding> children, std::int64_t number,
                                           std::span<const Trial> pending) {
    std::vector<Encoding> under_way;
    for (const auto& trial : pending) under_way.push_back(trial.architecture.encoding);
    auto candidates = surrogate_->candidates(std::move(children));
    const auto promise = Prospects(*surrogate_, std::move(under_way), optimism_of(number)).promise(candidates);
    const auto best = std::max_element(promise.begin(), promise.end());
    return std::move(candidates.encodings[static_cast<std::size_t>(best - promise.begin())]);
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
    Encoding encoding = parent(rng).encoding;
    if (rng.uniform() < options_.crossover) encoding = crossed(encoding, parent(rng).encoding, rng);
    encoding = mutated(*problem_.space, std::move(encoding), options_.mutated_choices, rng);
    return repaired(*problem_.feasible, std::move(encoding), rng);
}

void EvolutionStrategy::tell(const Trial& trial) {
    seen_.insert(trial.architecture.encoding);
    if (surrogate_) surrogate_->tell(trial);
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
